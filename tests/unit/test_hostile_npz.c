// SPDX-License-Identifier: MIT
// Case 241 of the list of hostile inputs: .npz, whose archives are those of test_hostile_pth.c and
// whose members those of test_hostile_npy.c.
#include "formats/npz.h"
#include "unit/hostile.h"
#include "unit/zip_builder.h"

static uint8_t seen;

static fovea_status parse(fovea_context *context, const uint8_t *bytes, size_t size,
                          fovea_error *error) {
    fovea__zip zip;
    fovea__tensor_list list;
    fovea_status status = fovea__zip_open(context, bytes, size, HOSTILE_NAME, &zip, error);
    if (status != FOVEA_OK) return status;
    status = fovea__npz_read_zip(&zip, &list, error);
    for (size_t i = 0; i < list.count; i++)
        for (size_t b = 0; b < list.item[i].size; b++) seen ^= list.item[i].data[b];
    fovea__list_clear(&list);
    fovea__zip_close(&zip);
    return status;
}

// An array of `count` bytes, zeros; free() it.
static uint8_t *make_array(size_t count, size_t *size) {
    char header[119];
    int used = snprintf(header, sizeof header,
                        "{'descr': '|u1', 'fortran_order': False, 'shape': (%zu,), }", count);
    memset(header + used, ' ', sizeof header - (size_t)used);
    header[117] = '\n';
    *size = 128 + count;
    uint8_t *array = calloc(1, *size);
    assert_non_null(array);
    memcpy(array, "\x93NUMPY\x01\x00\x76\x00", 10);
    memcpy(array + 10, header, 118);
    return array;
}

typedef void add_member(zip_builder *z, const char *name, const void *content, size_t size);

static zip_builder archive(add_member *add, const char *name, size_t count) {
    zip_builder z = {0};
    size_t size;
    uint8_t *array = make_array(count, &size);
    add(&z, name, array, size);
    free(array);
    zip_finish(&z);
    return z;
}

static void refused(hostile_heap *heap, zip_builder *z, const char *text) {
    hostile_refused(heap, parse, z->bytes, z->size, text);
    free(z->bytes);
}

static void stored_and_packed_arrays_are_read(void **state) {
    add_member *const ways[] = {zip_add, zip_add_deflated};
    for (int i = 0; i < 2; i++) {
        zip_builder z = archive(ways[i], "a.npy", 1000);
        hostile_accepted(*state, parse, z.bytes, z.size);
        hostile_every_truncation(*state, parse, z.bytes, z.size, NULL);
        hostile_every_allocation(*state, parse, z.bytes, z.size);
        free(z.bytes);
    }
}

static void case_241_arrays_that_inflate_too_far(void **state) {
    zip_builder z = archive(zip_add_deflated, "a.npy", 100 << 20);
    refused(*state, &z, "too many for this file");
    z = (zip_builder){0};  // each small enough, all together not
    size_t size;
    uint8_t *array = make_array(8 << 20, &size);
    static const char *const names[] = {"a.npy", "b.npy", "c.npy", "d.npy"};
    for (int i = 0; i < 4; i++) zip_add_deflated(&z, names[i], array, size);
    free(array);
    zip_finish(&z);
    refused(*state, &z, "too many for this file");
    z = archive(zip_add_deflated, "a.npy", 1000);  // a size that is not what it inflates to
    zip_patch(&z, z.entry[0] + 24, 1129, 4);
    zip_patch(&z, z.local[0] + 22, 1129, 4);
    refused(*state, &z, "inflate");
}

static void case_241_members(void **state) {
    zip_builder z = {0};
    zip_add(&z, "a.npy", "no array", 8);
    zip_finish(&z);
    refused(*state, &z, "a.npy: not an .npy file");
    z = archive(zip_add, "../a.npy", 4);
    refused(*state, &z, "whose name is");
    z = archive(zip_add, "a.npy", 4);
    z.bytes[z.data[0] + 130] ^= 1;
    refused(*state, &z, "CRC");
    z = archive(zip_add_deflated, "a.npy", 400);
    z.bytes[z.data[0] + 20] ^= 0x10;
    refused(*state, &z, "a.npy");
    z = archive(zip_add, "notes.txt", 4);
    hostile_accepted(*state, parse, z.bytes, z.size);
    free(z.bytes);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        hostile_test(stored_and_packed_arrays_are_read),
        hostile_test(case_241_arrays_that_inflate_too_far),
        hostile_test(case_241_members),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

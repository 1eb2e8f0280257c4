// SPDX-License-Identifier: MIT
// Checkpoints that do not belong to the run, or are damaged: refused with what is wrong, and
// nothing changes.
#include <fcntl.h>

#include "base/memory.h"
#include "formats/safetensors.h"
#include "model/model_file.h"
#include "train/checkpoint.h"
#include "unit/training.h"

static void run_one_epoch(training *t) {
    fovea_epoch epoch;
    fovea_error error;
    if (fovea_trainer_epoch(t->trainer, &epoch, &error)) fail_msg("%s", error.text);
}

// Loading fails with `status` and a text that contains `text` and the path, and nothing changes.
static void refuse(training *t, const char *path, fovea_status status, const char *text) {
    fovea_error error = {0};
    uint64_t before = training_hash(t);
    size_t held = fovea__memory_now(t->context);
    fovea_status got = fovea_trainer_load(t->trainer, path, &error);
    if (got != status || !strstr(error.text, text) || !strstr(error.text, path))
        fail_msg("expected %s with '%s', got %s: %s", fovea_status_name(status), text,
                 fovea_status_name(got), error.text);
    assert_true(training_hash(t) == before);
    assert_int_equal(fovea__memory_now(t->context), held);
}

static training_wish small_wish(void) {
    training_wish wish = training_usual();
    wish.net = "flatten, linear 10";
    wish.options.optimizer = FOVEA_OPTIMIZER_ADAM;
    wish.options.schedule = FOVEA_SCHEDULE_COSINE;
    return wish;
}

// A checkpoint of `wish` after an epoch.
static const char *write_one(const data_place *place, const training_wish *wish) {
    training t;
    const char *path = data_path(place, "last.safetensors");
    assert_true(training_open(wish, &t));
    run_one_epoch(&t);
    assert_int_equal(fovea_trainer_save(t.trainer, path, NULL), FOVEA_OK);
    training_close(&t);
    return path;
}

// One option of a run with another value, named by the refusal.
static const struct {
    const char *name;
    size_t offset;
    char type;  // of the option: double, int32, long int64, byte
    double value;
} changes[] = {
#define OPTION(name) #name, offsetof(fovea_train_options, name)
    {OPTION(loss), 'i', FOVEA_LOSS_SQUARED},
    {OPTION(optimizer), 'i', FOVEA_OPTIMIZER_ADAMW},
    {OPTION(learning_rate), 'd', 0.0500001},
    {OPTION(momentum), 'd', 0.5},
    {OPTION(weight_decay), 'd', 1e-9},
    {OPTION(beta1), 'd', 0.8},
    {OPTION(beta2), 'd', 0.99},
    {OPTION(epsilon), 'd', 1e-7},
    {OPTION(schedule), 'i', FOVEA_SCHEDULE_ONE_CYCLE},
    {OPTION(warmup), 'l', 1},
    {OPTION(step_gamma), 'd', 0.5},
    {OPTION(step_epochs), 'i', 2},
    {OPTION(label_smoothing), 'd', 0.1},
    {OPTION(epochs), 'i', 4},
    {OPTION(batch), 'l', 15},
    {OPTION(shuffle), 'i', 0},
    {OPTION(seed), 'l', 9007199254740992.0},
    {"shift", offsetof(fovea_train_options, augmentation.shift), 'i', 1},
    {"flip", offsetof(fovea_train_options, augmentation.flip), 'i', 1},
    {"fill", offsetof(fovea_train_options, augmentation.fill), 'b', 1},
#undef OPTION
};

static void apply(size_t k, fovea_train_options *options) {
    void *at = (char *)options + changes[k].offset;
    switch (changes[k].type) {
        case 'd':
            *(double *)at = changes[k].value;
            break;
        case 'i':
            *(int32_t *)at = (int32_t)changes[k].value;
            break;
        case 'l':
            *(int64_t *)at = (int64_t)changes[k].value;
            break;
        default:
            *(uint8_t *)at = (uint8_t)changes[k].value;
            break;
    }
}

static void refuse_run(const training_wish *other, const char *path, const char *name) {
    training t;
    char quoted[64];
    snprintf(quoted, sizeof quoted, "another '%s'", name);
    assert_true(training_open(other, &t));
    refuse(&t, path, FOVEA_INVALID_ARGUMENT, quoted);
    training_close(&t);
}

static void other_runs_are_refused_by_name(void **state) {
    const training_wish wish = small_wish();
    const char *path = write_one(*state, &wish);
    for (size_t k = 0; k < sizeof changes / sizeof changes[0]; k++) {
        training_wish other = wish;
        apply(k, &other.options);
        refuse_run(&other, path, changes[k].name);
    }
    training_wish other = wish;
    other.limit = TRAINING_COUNT - 1;
    refuse_run(&other, path, "data");
    const double weights[] = {1, 1, 1, 2, 1, 1, 1, 1, 1, 1};
    other = wish;
    other.options.class_weight = weights;
    other.options.class_weight_count = 10;
    refuse_run(&other, path, "class_weights");
}

static void other_nets_are_refused(void **state) {
    training_wish wish = small_wish();
    const char *path = write_one(*state, &wish);
    const char *const nets[] = {"flatten, tanh, linear 10", "flatten, linear 10 bias=0",
                                "flatten, linear 11", "gap, flatten, linear 10"};
    for (size_t n = 0; n < sizeof nets / sizeof nets[0]; n++) {
        training t;
        training_wish other = wish;
        other.net = nets[n];
        assert_true(training_open(&other, &t));
        refuse(&t, path, FOVEA_INVALID_ARGUMENT, "another net");
        training_close(&t);
    }
    training t;
    training_wish wide = wish;
    wide.precision = "f64";
    assert_true(training_open(&wide, &t));
    refuse(&t, path, FOVEA_INVALID_ARGUMENT, "another net");
    training_close(&t);
}

static void another_normalisation_is_refused(void **state) {
    training_wish wish = small_wish();
    const char *path = write_one(*state, &wish);
    training t;
    const double mean[] = {0.5}, deviation[] = {0.25};
    assert_true(training_prepare(&wish, &t));
    assert_int_equal(fovea_model_set_normalization(t.model, mean, deviation, NULL), FOVEA_OK);
    assert_int_equal(
        fovea_trainer_create(t.model, t.set, t.validation, NULL, &wish.options, &t.trainer, NULL),
        FOVEA_OK);
    refuse(&t, path, FOVEA_INVALID_ARGUMENT, "another 'mean'");
    training_close(&t);
}

static void fewer_epochs_than_done_are_refused(void **state) {
    training t;
    training_wish wish = small_wish();
    wish.options.schedule = FOVEA_SCHEDULE_CONSTANT;
    const char *path = data_path(*state, "last.safetensors");
    assert_true(training_open(&wish, &t));
    training_finish(&t);
    assert_int_equal(fovea_trainer_save(t.trainer, path, NULL), FOVEA_OK);
    training_close(&t);
    wish.options.epochs = 2;
    assert_true(training_open(&wish, &t));
    refuse(&t, path, FOVEA_INVALID_ARGUMENT, "after 3 epochs; this run has only 2");
    training_close(&t);
}

static void weights_alone_say_so(void **state) {
    training t;
    training_wish wish = small_wish();
    const char *path = data_path(*state, "best.safetensors");
    assert_true(training_open(&wish, &t));
    run_one_epoch(&t);
    assert_int_equal(fovea_model_save(t.model, path, NULL), FOVEA_OK);
    refuse(&t, path, FOVEA_BAD_FILE, "holds weights but is no checkpoint");
    refuse(&t, data_path(*state, "absent.safetensors"), FOVEA_BAD_FILE, "absent");
    training_close(&t);
}

// The checkpoint of `t` with its own state and history, where `from` in them is replaced by `to`,
// and with the optimizer's tensors but the one called `without`.
static void write_changed(const training *t, const char *path, const char *from, const char *to,
                          const char *without) {
    fovea__safetensors file;
    fovea_error error;
    assert_int_equal(fovea_trainer_save(t->trainer, path, NULL), FOVEA_OK);
    if (fovea__safetensors_read(t->context, path, 1 << 20, &file, &error))
        fail_msg("%s", error.text);
    const char *const keys[] = {FOVEA__STATE_KEY, FOVEA__HISTORY_KEY};
    char *text[2];
    bool replaced = !from;
    for (int k = 0; k < 2; k++) {
        const char *old = fovea__safetensors_metadata(&file, keys[k]);
        const char *at = from ? strstr(old, from) : NULL;
        text[k] = calloc(strlen(old) + (to ? strlen(to) : 0) + 1, 1);
        if (at && !replaced) {
            sprintf(text[k], "%.*s%s%s", (int)(at - old), old, to, at + strlen(from));
            replaced = true;
        } else {
            strcpy(text[k], old);
        }
    }
    if (!replaced) fail_msg("no '%s' to replace", from);
    fovea__named_view kept[16];
    size_t count = 0;
    for (size_t i = 0; i < file.count; i++) {
        const fovea__safetensor *tensor = &file.tensor[i];
        if (strncmp(tensor->name, "optimizer.", 10) || (without && !strcmp(tensor->name, without)))
            continue;
        kept[count++] = (fovea__named_view){
            tensor->name, {tensor->type, tensor->shape, (void *)(uintptr_t)tensor->data}};
    }
    fovea__text_pair pairs[] = {{keys[0], text[0]}, {keys[1], text[1]}};
    fovea__model_extra extra = {pairs, 2, kept, count};
    if (fovea__model_write(t->model, path, &extra, NULL, &error)) fail_msg("%s", error.text);
    free(text[0]);
    free(text[1]);
    fovea__safetensors_clear(t->context, &file);
}

// Files with a right hash around wrong contents.
static void contradictions_are_refused(void **state) {
    const struct {
        const char *from, *to;
        fovea_status status;
        const char *text;
    } cases[] = {
        {"\"epoch\":1", "\"epoch\":2", FOVEA_BAD_FILE, "contradict"},
        {"\"epoch\":1", "\"epoch\":4000", FOVEA_INVALID_ARGUMENT, "this run has only"},
        {"\"epoch\":1", "\"epoch\":-1", FOVEA_BAD_FILE, "epoch"},
        {"\"epoch\":1", "\"epoch\":1.5", FOVEA_BAD_FILE, "epoch"},
        {"\"epoch\":1", "\"epoch\":1e300", FOVEA_BAD_FILE, "epoch"},
        {"\"epoch\":1,", " ", FOVEA_BAD_FILE, "epoch"},
        {"\"step\":2", "\"step\":3", FOVEA_BAD_FILE, "contradict"},
        {"\"step\":2", "\"step\":99", FOVEA_BAD_FILE, "step"},
        {"\"step\":2", "\"step\":null", FOVEA_BAD_FILE, "step"},
        {"\"updates\":5", "\"updates\":4", FOVEA_BAD_FILE, "contradict"},
        {"\"updates\":5", "\"updates\":9007199254740993", FOVEA_BAD_FILE, "updates"},
        {"\"updates\":5", "\"updates\":\"5\"", FOVEA_BAD_FILE, "updates"},
        {"\"seen\":32", "\"seen\":31", FOVEA_BAD_FILE, "contradict"},
        {"\"right\":", "\"right\":99", FOVEA_BAD_FILE, "contradict"},
        {"\"loss_sum\":", "\"loss_sums\":", FOVEA_BAD_FILE, "contradict"},
        {"{\"run\"", "{\"walk\"", FOVEA_INVALID_ARGUMENT, "another 'data'"},
        {"\"data\":\"", "\"data\":\"00", FOVEA_INVALID_ARGUMENT, "another 'data'"},
        {"[{\"time\"", "[{\"tide\"", FOVEA_BAD_FILE, "time"},
        {"[{\"time\":\"", "[{\"time\":7,\"tame\":\"", FOVEA_BAD_FILE, "time"},
        {"\"validation\":{", "\"validation\":null,\"v\":{", FOVEA_BAD_FILE, "validation"},
        {"[{\"time\"", "[{},{\"time\"", FOVEA_BAD_FILE, "2 epochs of history after 1 epochs"},
        {"[{\"time\"", "{\"time\"", FOVEA_BAD_FILE, ""},
    };
    training t;
    training_wish wish = small_wish();
    char path[600];
    snprintf(path, sizeof path, "%s", data_path(*state, "changed.safetensors"));
    assert_true(training_open(&wish, &t));
    training_run_steps(&t, 5);
    for (size_t c = 0; c < sizeof cases / sizeof cases[0]; c++) {
        write_changed(&t, path, cases[c].from, cases[c].to, NULL);
        refuse(&t, path, cases[c].status, cases[c].text);
    }
    write_changed(&t, path, NULL, NULL, NULL);
    assert_int_equal(fovea_trainer_load(t.trainer, path, NULL), FOVEA_OK);
    training_close(&t);
}

static void missing_tensors_of_the_optimizer_are_named(void **state) {
    training t;
    training_wish wish = small_wish();
    char path[600];
    snprintf(path, sizeof path, "%s", data_path(*state, "changed.safetensors"));
    assert_true(training_open(&wish, &t));
    training_run_steps(&t, 2);
    const char *const names[] = {"optimizer.linear1.weight.first", "optimizer.linear1.bias.second"};
    for (int i = 0; i < 2; i++) {
        write_changed(&t, path, NULL, NULL, names[i]);
        refuse(&t, path, FOVEA_BAD_FILE, names[i]);
    }
    training_close(&t);
}

static uint8_t *read_file(const char *path, size_t *size) {
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    uint8_t *bytes = malloc(1 << 16);
    *size = fread(bytes, 1, 1 << 16, file);
    assert_in_range(*size, 1000, (1 << 16) - 1);
    fclose(file);
    return bytes;
}

// A damaged file is refused whatever part of it is hit: the hash covers every byte.
static void refuse_damage(training *t, const char *path, uint64_t before, const char *what,
                          size_t at) {
    fovea_error error;
    fovea_status status = fovea_trainer_load(t->trainer, path, &error);
    if (status != FOVEA_BAD_FILE && status != FOVEA_UNSUPPORTED)
        fail_msg("%s %zu: %s %s", what, at, fovea_status_name(status),
                 status ? error.text : "was loaded");
    assert_true(training_hash(t) == before);
}

static void every_truncation_and_flip_is_refused(void **state) {
    training t;
    training_wish wish = small_wish();
    wish.net = "gap, flatten, linear 10";
    wish.validate = false;
    char path[600];
    snprintf(path, sizeof path, "%s", write_one(*state, &wish));
    size_t size;
    uint8_t *bytes = read_file(path, &size);
    assert_true(training_open(&wish, &t));
    uint64_t before = training_hash(&t);
    size_t held = fovea__memory_now(t.context);
    for (size_t length = size; length-- > 0;) {
        assert_int_equal(truncate(path, (off_t)length), 0);
        refuse_damage(&t, path, before, "cut to", length);
    }
    int file = open(path, O_WRONLY);
    assert_int_equal(pwrite(file, bytes, size, 0), size);
    for (size_t i = 0; i < size; i++) {
        uint8_t changed = bytes[i] ^ (uint8_t)(1 << i % 8);
        assert_int_equal(pwrite(file, &changed, 1, (off_t)i), 1);
        refuse_damage(&t, path, before, "byte", i);
        assert_int_equal(pwrite(file, &bytes[i], 1, (off_t)i), 1);
    }
    close(file);
    assert_int_equal(fovea__memory_now(t.context), held);
    assert_int_equal(fovea_trainer_load(t.trainer, path, NULL), FOVEA_OK);
    free(bytes);
    training_close(&t);
}

// A failed save leaves the old checkpoint.
static void saving_where_it_cannot_keeps_the_old_one(void **state) {
    training t;
    training_wish wish = small_wish();
    fovea_error error;
    char path[600];
    snprintf(path, sizeof path, "%s", data_path(*state, "no/such/folder/last.safetensors"));
    assert_true(training_open(&wish, &t));
    assert_int_equal(fovea_trainer_save(t.trainer, path, &error), FOVEA_IO);
    assert_non_null(strstr(error.text, "no/such/folder"));
    training_close(&t);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        training_test(other_runs_are_refused_by_name),
        training_test(other_nets_are_refused),
        training_test(another_normalisation_is_refused),
        training_test(fewer_epochs_than_done_are_refused),
        training_test(weights_alone_say_so),
        training_test(contradictions_are_refused),
        training_test(missing_tensors_of_the_optimizer_are_named),
        training_test(every_truncation_and_flip_is_refused),
        training_test(saving_where_it_cannot_keeps_the_old_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

// SPDX-License-Identifier: MIT
#include "formats/tfrecord.h"

uint32_t fovea__crc32c(const void *bytes, size_t size) {
    // Of each half of a byte.
    static const uint32_t table[16] = {0x00000000, 0x105EC76F, 0x20BD8EDE, 0x30E349B1,
                                       0x417B1DBC, 0x5125DAD3, 0x61C69362, 0x7198540D,
                                       0x82F63B78, 0x92A8FC17, 0xA24BB5A6, 0xB21572C9,
                                       0xC38D26C4, 0xD3D3E1AB, 0xE330A81A, 0xF36E6F75};
    const uint8_t *at = bytes;
    uint32_t crc = 0xFFFFFFFF;
    for (size_t i = 0; i < size; i++) {
        crc ^= at[i];
        crc = (crc >> 4) ^ table[crc & 15];
        crc = (crc >> 4) ^ table[crc & 15];
    }
    return ~crc;
}

uint32_t fovea__crc32c_masked(const void *bytes, size_t size) {
    uint32_t crc = fovea__crc32c(bytes, size);
    return ((crc >> 15) | (crc << 17)) + 0xA282EAD8u;
}

static void put(uint8_t *at, uint64_t number, int bytes) {
    for (int i = 0; i < bytes; i++) at[i] = (uint8_t)(number >> (8 * i));
}

void fovea__tfrecord_frame(uint8_t *record, size_t size) {
    uint8_t *body = record + FOVEA__TFRECORD_HEAD;
    put(record, size, 8);
    put(record + 8, fovea__crc32c_masked(record, 8), 4);
    put(body + size, fovea__crc32c_masked(body, size), 4);
}

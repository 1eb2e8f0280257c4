// SPDX-License-Identifier: MIT
// What every unit test includes first: cmocka with the headers it wants before it.
#ifndef FOVEA_TESTS_UNIT_H
#define FOVEA_TESTS_UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

// cmocka.h does not include what it uses, so it stands after the others.
#include <cmocka.h>

#endif

/* Checks that say where they failed and go on, so that one run tells all. */
#ifndef MEDCHAIN_TESTS_CHECK_H
#define MEDCHAIN_TESTS_CHECK_H

#include <medchain.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

extern unsigned checks_made;
extern unsigned checks_failed;
void check_that(int holds, const char* what, const char* file, int line);
/* Besides the code, a failure has a sentence, and a success none of its own. */
void check_status(medchain_status got, medchain_status expected, const char* what, const char* file, int line);

#define CHECK(condition) check_that(!!(condition), #condition, __FILE__, __LINE__)
#define CHECK_OK(call) check_status(call, MEDCHAIN_OK, #call, __FILE__, __LINE__)
#define CHECK_FAILS(call, status) check_status(call, status, #call, __FILE__, __LINE__)
#define CHECK_TEXT(buffer, text) CHECK((buffer).size == strlen(text) && memcmp((buffer).data, text, strlen(text)) == 0)

/* Ends the program when it fails: what follows would make no sense. */
medchain_keys* new_keys(medchain_algorithm algorithm);
medchain_public_keys* public_of(const medchain_keys* keys);
/* A copy of exactly `size` bytes, which the address sanitizer guards. */
uint8_t* exact_copy(const void* data, size_t size);

void test_layout(void);
void test_keys(void);
void test_sealing(void);
void test_streams(void);
void test_transactions(void);
void test_receipts(const char* fixture);

#endif

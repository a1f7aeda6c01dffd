/* SPDX-License-Identifier: MIT */
/*
 * JSON.  Writing: appends to a struct buf; the caller places commas and
 * braces.  Reading: cJSON under limits, with case-sensitive, typed getters.
 */
#ifndef CORE_JSON_H
#define CORE_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cjson/cJSON.h>

#include "core/err.h"

struct buf;

/*
 * Appends s quoted and escaped (RFC 8259); bytes that are not UTF-8 become
 * U+FFFD; <, > and & are escaped too, so it is safe inside HTML.
 */
void json_string(struct buf *b, const char *s);

/* Appends a number, or null when it is not finite. */
void json_double(struct buf *b, double v);

/* Appends `"key":` with a leading comma unless the buf ends in { or [. */
void json_key(struct buf *b, const char *key);

/*
 * Parses at most max bytes of one document, nested at most 32 deep, nothing
 * after it, no NUL byte and no \u0000 in it.  The caller frees the result
 * with cJSON_Delete.  NULL with ERR_INVALID or ERR_TOO_LARGE.
 */
cJSON *json_parse(const char *text, size_t len, size_t max, struct err *err);

/* Case-sensitive members; NULL / fallback when absent or of another type. */
const char *json_get_string(const cJSON *object, const char *key);
/* The same, but "" where there is none. */
const char *json_get_text(const cJSON *object, const char *key);
double json_get_double(const cJSON *object, const char *key, double fallback);
const cJSON *json_get_array(const cJSON *object, const char *key);

#endif

/* SPDX-License-Identifier: MIT */
/* Base64 (RFC 4648, standard alphabet with padding). */
#ifndef CORE_BASE64_H
#define CORE_BASE64_H

#include <stddef.h>

#include "core/err.h"

struct buf;

void base64_put(struct buf *out, const void *data, size_t n);

/* Appends the bytes; strict: no blanks, padding where it belongs.  0 or -1
 * with ERR_INVALID. */
int base64_read(struct buf *out, const char *text, size_t n, struct err *err);

#endif

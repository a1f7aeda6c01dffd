/* SPDX-License-Identifier: MIT */
/*
 * A look at the first bytes of a FastCGI connection (FastCGI 1.0, sections
 * 3.3, 3.4 and 5.2) before the library reads them, because it allocates
 * whatever length a name-value pair claims.  Pure; fuzzed.
 */
#ifndef FCGI_WIRE_H
#define FCGI_WIRE_H

#include <stddef.h>

#define WIRE_NAME_MAX  256
#define WIRE_VALUE_MAX 65536

/*
 * Walks the records that have arrived.  0 when all that is there can be the
 * start of one responder request with sane lengths, 1 when it is a whole one;
 * -1 when it cannot be.  What has not arrived yet is not judged.
 */
int wire_check(const unsigned char *data, size_t len);

#endif

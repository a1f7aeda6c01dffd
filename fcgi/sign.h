/* SPDX-License-Identifier: MIT */
/*
 * Signed addresses of frozen pictures, for readers without a login:
 *
 *	/s/EXPIRES/SIGNATURE/g/CLUSTER/HOST/FAMILY/FROM~TO[,OPTION…].EXT
 *
 * EXPIRES is epoch seconds, 0 for never; SIGNATURE the first 32 hex digits of
 * HMAC-SHA256 over "EXPIRES /g/…".  The range is absolute, so an address
 * shows what was seen when it was signed and nothing later.
 */
#ifndef FCGI_SIGN_H
#define FCGI_SIGN_H

#include <stdint.h>

#include "core/err.h"
#include "fcgi/secret.h"
#include "fcgi/target.h"
#include "fcgi/uri.h"

#define SIGN_HEX  32
#define SIGN_SIZE (TARGET_SIZE + 128)

/* The signature of a canonical address. */
void sign_make(const unsigned char key[SECRET_KEY_BYTES], int64_t expires_s,
	       const char *url, char out[SIGN_HEX + 1]);

/*
 * Freezes an address ("/g/…", or one with https://HOST before it) at now_s
 * and signs it; out gets it, with what stood before it.
 */
int sign_url(const unsigned char key[SECRET_KEY_BYTES], int64_t expires_s,
	     const char *url, int64_t now_s, char out[SIGN_SIZE],
	     struct err *err);

/*
 * Takes a signed request apart: its target into out.  ERR_INVALID for what
 * is not of the form, ERR_DENIED for a wrong signature and for one that has
 * expired.
 */
int sign_check(const unsigned char key[SECRET_KEY_BYTES], const struct uri *uri,
	       int64_t now_s, struct target *out, struct err *err);

#endif

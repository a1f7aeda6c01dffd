/* SPDX-License-Identifier: MIT */
/*
 * The two secrets of the server.  STATE/tokens has a line for each that may
 * POST, "NAME SHA256-OF-TOKEN": the token itself is nowhere.  STATE/sign.key
 * has the key of signed addresses, 64 hex digits.  A file that everybody may
 * read is refused.
 */
#ifndef FCGI_SECRET_H
#define FCGI_SECRET_H

#include <stdbool.h>
#include <stddef.h>

#include "core/err.h"

#define SECRET_KEY_BYTES 32
#define SECRET_NAME_MAX	 32
#define SECRET_HEX_SIZE	 (2 * SECRET_KEY_BYTES + 1)

/* Writes n bytes as lower-case hex and a NUL. */
void secret_hex(const unsigned char *bytes, size_t n, char *out);

/* Whether two texts of n bytes are equal, in a time that does not tell where
 * they differ. */
bool secret_equal(const void *a, const void *b, size_t n);

/* Random bytes from the kernel. */
int secret_random(unsigned char *out, size_t n, struct err *err);

/* Whether a token's name is one: [a-z0-9][a-z0-9_-]{0,31}. */
bool secret_name_valid(const char *name);

/*
 * Who holds that token: its name into out.  ERR_DENIED for an unknown token;
 * ERR_NOT_FOUND when there are none at all (`robin token NAME` makes one).
 */
int secret_token_find(const char *state, const char *token,
		      char out[SECRET_NAME_MAX + 1], struct err *err);

/* Finds the name of a token in the text of a tokens file.  Pure; fuzzed. */
int secret_token_match(const char *text, const char *token,
		       char out[SECRET_NAME_MAX + 1], struct err *err);

/* Makes a token for name, replacing one of that name; out gets it as hex. */
int secret_token_make(const char *state, const char *name,
		      char out[SECRET_HEX_SIZE], struct err *err);

/* Removes the token of that name.  ERR_NOT_FOUND. */
int secret_token_drop(const char *state, const char *name, struct err *err);

/* Reads the signing key; make: makes it when there is none. */
int secret_sign_key(const char *state, bool make,
		    unsigned char out[SECRET_KEY_BYTES], struct err *err);

#endif

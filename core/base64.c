/* SPDX-License-Identifier: MIT */
/* Base64: see base64.h. */
#include "core/base64.h"

#include <string.h>

#include "core/buf.h"

static const char letters[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

void
base64_put(struct buf *out, const void *data, size_t n)
{
	const unsigned char *p = data;

	for (size_t i = 0; i < n; i += 3) {
		unsigned v = (unsigned)p[i] << 16;

		if (i + 1 < n)
			v |= (unsigned)p[i + 1] << 8;
		if (i + 2 < n)
			v |= p[i + 2];
		buf_char(out, letters[v >> 18]);
		buf_char(out, letters[v >> 12 & 63]);
		buf_char(out, i + 1 < n ? letters[v >> 6 & 63] : '=');
		buf_char(out, i + 2 < n ? letters[v & 63] : '=');
	}
}

static int
letter_value(char c)
{
	const char *at = c != '\0' ? strchr(letters, c) : NULL;

	return at != NULL ? (int)(at - letters) : -1;
}

int
base64_read(struct buf *out, const char *text, size_t n, struct err *err)
{
	size_t pad = 0;

	while (pad < 2 && pad < n && text[n - 1 - pad] == '=')
		pad++;
	if (n % 4 != 0)
		return err_set(err, ERR_INVALID, "base64: length");
	for (size_t i = 0; i < n; i += 4) {
		size_t used = i + 4 == n ? 4 - pad : 4;
		unsigned v = 0;

		for (size_t k = 0; k < 4; k++) {
			int x = k < used ? letter_value(text[i + k]) : 0;

			if (x < 0)
				return err_set(err, ERR_INVALID,
					       "base64: bad letter");
			v = v << 6 | (unsigned)x;
		}
		for (size_t k = 0; k + 1 < used; k++)
			buf_char(out, (char)(v >> (16 - 8 * k) & 0xff));
	}
	return 0;
}

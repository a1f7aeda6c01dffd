/* SPDX-License-Identifier: MIT */
/* Splitting and decoding a request target: see uri.h.  Pure; fuzzed. */
#include "fcgi/uri.h"

#include <string.h>

static int
hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/* Decodes one piece onto the end of u->text; NULL when it is not allowed. */
static const char *
decode(struct uri *u, size_t *used, const char *raw, size_t len, bool query,
       struct err *err)
{
	const char *start = u->text + *used;

	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)raw[i];

		if (c == '%') {
			int hi = i + 1 < len ? hex_digit(raw[i + 1]) : -1;
			int lo = i + 2 < len ? hex_digit(raw[i + 2]) : -1;

			if (hi < 0 || lo < 0) {
				err_set(
				    err, ERR_INVALID,
				    "the address has a '%%' without two hex "
				    "digits");
				return NULL;
			}
			c = (unsigned char)(hi << 4 | lo);
			i += 2;
		} else if (query && c == '+') {
			c = ' ';
		}
		if (c < 0x20 || c >= 0x7f || (!query && c == '/')) {
			err_set(err, ERR_INVALID,
				"the address has the byte 0x%02x", (unsigned)c);
			return NULL;
		}
		u->text[(*used)++] = (char)c;
	}
	u->text[(*used)++] = '\0';
	return start;
}

static int
add_segment(struct uri *u, size_t *used, const char *raw, size_t len,
	    struct err *err)
{
	const char *s;

	if (len == 0)
		return 0;
	s = decode(u, used, raw, len, false, err);
	if (s == NULL)
		return -1;
	if (strcmp(s, ".") == 0)
		return 0;
	if (strcmp(s, "..") == 0)
		return err_set(err, ERR_INVALID, "the address has a \"..\"");
	if (u->n_segments == URI_SEGMENTS_MAX)
		return err_set(err, ERR_INVALID,
			       "the address has over %d parts",
			       URI_SEGMENTS_MAX);
	u->segments[u->n_segments++] = s;
	return 0;
}

static int
add_pair(struct uri *u, size_t *used, const char *raw, size_t len,
	 struct err *err)
{
	const char *eq = memchr(raw, '=', len);
	size_t n = eq != NULL ? (size_t)(eq - raw) : len;
	struct uri_pair p = {.value = ""};

	if (u->n_query == URI_QUERY_MAX)
		return err_set(err, ERR_INVALID,
			       "the address has over %d parameters",
			       URI_QUERY_MAX);
	p.name = decode(u, used, raw, n, true, err);
	if (p.name == NULL)
		return -1;
	if (p.name[0] == '\0')
		return err_set(err, ERR_INVALID,
			       "the address has a parameter without a name");
	if (eq != NULL)
		p.value = decode(u, used, eq + 1, len - n - 1, true, err);
	if (p.value == NULL)
		return -1;
	u->query[u->n_query++] = p;
	return 0;
}

/* Calls add for each piece of raw between separators. */
static int
split(struct uri *u, size_t *used, const char *raw, size_t len, char separator,
      int (*add)(struct uri *, size_t *, const char *, size_t, struct err *),
      struct err *err)
{
	for (;;) {
		const char *end = memchr(raw, separator, len);
		size_t n = end != NULL ? (size_t)(end - raw) : len;

		if (add(u, used, raw, n, err) != 0)
			return -1;
		if (end == NULL)
			return 0;
		raw = end + 1;
		len -= n + 1;
	}
}

int
uri_parse(const char *raw, size_t len, struct uri *out, struct err *err)
{
	const char *mark;
	size_t used = 0, path_len;

	if (len == 0 || raw[0] != '/')
		return err_set(err, ERR_INVALID,
			       "the address does not start with '/'");
	if (len >= URI_MAX)
		return err_set(err, ERR_TOO_LARGE,
			       "the address has over %d bytes", URI_MAX - 1);
	mark = memchr(raw, '?', len);
	path_len = mark != NULL ? (size_t)(mark - raw) : len;
	out->n_segments = out->n_query = 0;
	out->slash = raw[path_len - 1] == '/';
	out->has_query = mark != NULL;
	if (split(out, &used, raw + 1, path_len - 1, '/', add_segment, err) !=
	    0)
		return -1;
	if (mark == NULL || path_len + 1 == len)
		return 0;
	return split(out, &used, mark + 1, len - path_len - 1, '&', add_pair,
		     err);
}

bool
uri_cut(struct uri *u, const char *ext)
{
	size_t n = strlen(ext), len;
	char *last;

	if (u->n_segments == 0)
		return false;
	last = u->text + (u->segments[u->n_segments - 1] - u->text);
	len = strlen(last);
	if (len <= n || strcmp(last + len - n, ext) != 0)
		return false;
	last[len - n] = '\0';
	return true;
}

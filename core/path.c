/* SPDX-License-Identifier: MIT */
/* Slugs and series paths: see path.h.  Pure; fuzzed. */
#include "core/path.h"

#include <stdio.h>
#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "core/buf.h"

#define SLUG_KEEP      150 /* bytes kept of a slug that is too long */
#define SLUG_RAW_LIMIT 4096

static const char hex[] = "0123456789abcdef";

static bool
is_plain(unsigned char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || c == '_' || c == '.' || c == '-';
}

static bool
is_hex(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
}

void
slug_make(const char *raw, size_t n, char out[SLUG_MAX + 1])
{
	char head[SLUG_MAX + 4];
	XXH64_state_t hash;
	size_t len = 0, total = 0;

	if (n == 0) {
		memcpy(out, "=", 2);
		return;
	}
	XXH64_reset(&hash, 0);
	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)raw[i];
		char piece[3] = {(char)c, '\0', '\0'};
		size_t size = 1;

		if (c == '/') {
			piece[0] = ':';
		} else if (!is_plain(c) || (i == 0 && (c == '.' || c == '-'))) {
			piece[0] = '=';
			piece[1] = hex[c >> 4];
			piece[2] = hex[c & 15];
			size = 3;
		}
		XXH64_update(&hash, piece, size);
		total += size;
		if (len + size <= SLUG_MAX) {
			memcpy(head + len, piece, size);
			len += size;
		}
	}
	if (total > SLUG_MAX) {
		(void)snprintf(out, SLUG_MAX + 1, "%.*s~%016llx", SLUG_KEEP,
			       head, (unsigned long long)XXH64_digest(&hash));
		return;
	}
	memcpy(out, head, len);
	out[len] = '\0';
}

/* Whether text ends in '~' and 16 hex digits after exactly SLUG_KEEP bytes. */
static bool
is_shortened(const char *text, size_t len)
{
	if (len != SLUG_KEEP + 17 || text[SLUG_KEEP] != '~')
		return false;
	for (size_t i = SLUG_KEEP + 1; i < len; i++)
		if (!is_hex(text[i]))
			return false;
	return true;
}

bool
slug_valid(const char *text, size_t len)
{
	bool cut = is_shortened(text, len);

	if (len == 0 || len > SLUG_MAX || text[0] == '.' || text[0] == '-')
		return false;
	if (len == 1 && text[0] == '=')
		return true;
	if (cut)
		len = SLUG_KEEP;
	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)text[i];

		if (is_plain(c) || c == ':')
			continue;
		if (c != '=')
			return false;
		/* a shortened slug may cut an escape in two */
		for (int k = 0; k < 2; k++) {
			if (++i >= len)
				return cut;
			if (!is_hex(text[i]))
				return false;
		}
	}
	return true;
}

static int
hex_value(char c)
{
	return c <= '9' ? c - '0' : c - 'a' + 10;
}

void
slug_text(struct buf *b, const char *slug)
{
	size_t len = strlen(slug);
	bool cut = is_shortened(slug, len);

	for (size_t i = 0; i < len; i++) {
		if (cut)
			buf_char(b, slug[i]);
		else if (slug[i] == ':')
			buf_char(b, '/');
		else if (slug[i] == '=' && i + 2 < len && is_hex(slug[i + 1]) &&
			 is_hex(slug[i + 2])) {
			buf_char(b, (char)(hex_value(slug[i + 1]) << 4 |
					   hex_value(slug[i + 2])));
			i += 2;
		} else
			buf_char(b, slug[i]);
	}
}

bool
family_name_valid(const char *text, size_t len)
{
	if (len == 0 || len > FAMILY_MAX || text[0] < 'a' || text[0] > 'z')
		return false;
	for (size_t i = 1; i < len; i++) {
		char c = text[i];

		if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
		      c == '_'))
			return false;
	}
	return true;
}

static int
take_slug(const char *what, const char *text, size_t len,
	  char out[SLUG_MAX + 1], struct err *err)
{
	if (!slug_valid(text, len))
		return err_set(err, ERR_INVALID,
			       "%s \"%.*s\" is not a valid name", what,
			       (int)(len < 60 ? len : 60), text);
	memcpy(out, text, len);
	out[len] = '\0';
	return 0;
}

int
path_parse_leaf(const char *text, size_t len, struct path *out, struct err *err)
{
	const char *dot = memchr(text, '.', len);
	size_t n = dot != NULL ? (size_t)(dot - text) : len;
	char instance[SLUG_MAX + 1] = "";

	if (!family_name_valid(text, n))
		return err_set(err, ERR_INVALID,
			       "family \"%.*s\" is not a valid name",
			       (int)(n < 60 ? n : 60), text);
	if (dot != NULL &&
	    take_slug("instance", dot + 1, len - n - 1, instance, err) != 0)
		return -1;
	memcpy(out->family, text, n);
	out->family[n] = '\0';
	memcpy(out->instance, instance, sizeof(instance));
	return 0;
}

int
path_parse(const char *text, size_t len, struct path *out, struct err *err)
{
	const char *a = memchr(text, '/', len), *b;
	struct path p;
	size_t rest;

	if (a == NULL)
		return err_set(err, ERR_INVALID,
			       "path is not cluster/host/family");
	rest = len - (size_t)(a + 1 - text);
	b = memchr(a + 1, '/', rest);
	if (b == NULL)
		return err_set(err, ERR_INVALID,
			       "path is not cluster/host/family");
	if (take_slug("cluster", text, (size_t)(a - text), p.cluster, err) != 0)
		return -1;
	if (take_slug("host", a + 1, (size_t)(b - a - 1), p.host, err) != 0)
		return -1;
	rest = len - (size_t)(b + 1 - text);
	if (path_parse_leaf(b + 1, rest, &p, err) != 0)
		return -1;
	*out = p;
	return 0;
}

size_t
path_format(const struct path *p, char out[PATH_SIZE])
{
	int n =
	    snprintf(out, PATH_SIZE, "%s/%s/%s%s%s", p->cluster, p->host,
		     p->family, p->instance[0] != '\0' ? "." : "", p->instance);

	return n < 0 ? 0 : (size_t)n;
}

/* SPDX-License-Identifier: MIT */
/* JSON writing and guarded reading: see json.h. */
#include "core/json.h"

#include <math.h>
#include <string.h>

#include "core/buf.h"

#define JSON_DEPTH_MAX 32

/* The length of the UTF-8 sequence at s, or 0 when it is not valid. */
static size_t
utf8_length(const unsigned char *s)
{
	size_t n;
	unsigned least;
	unsigned c;

	if (s[0] < 0x80)
		return 1;
	if (s[0] >= 0xc2 && s[0] < 0xe0) {
		n = 2;
		least = 0x80;
		c = s[0] & 0x1fU;
	} else if (s[0] >= 0xe0 && s[0] < 0xf0) {
		n = 3;
		least = 0x800;
		c = s[0] & 0x0fU;
	} else if (s[0] >= 0xf0 && s[0] < 0xf5) {
		n = 4;
		least = 0x10000;
		c = s[0] & 0x07U;
	} else {
		return 0;
	}
	for (size_t i = 1; i < n; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return 0;
		c = c << 6 | (s[i] & 0x3fU);
	}
	if (c < least || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
		return 0;
	return n;
}

static void
put_escaped(struct buf *b, unsigned char c)
{
	switch (c) {
	case '"':
		buf_str(b, "\\\"");
		break;
	case '\\':
		buf_str(b, "\\\\");
		break;
	case '\n':
		buf_str(b, "\\n");
		break;
	case '\t':
		buf_str(b, "\\t");
		break;
	default:
		buf_fmt(b, "\\u%04x", (unsigned)c);
	}
}

void
json_string(struct buf *b, const char *s)
{
	const unsigned char *p = (const unsigned char *)s;

	buf_char(b, '"');
	while (*p != '\0') {
		size_t n = utf8_length(p);

		if (n == 0) {
			buf_str(b, "\xef\xbf\xbd");
			p++;
		} else if (n == 1 && (*p < 0x20 || *p == 0x7f ||
				      strchr("\"\\<>&", *p) != NULL)) {
			put_escaped(b, *p++);
		} else {
			buf_put(b, p, n);
			p += n;
		}
	}
	buf_char(b, '"');
}

void
json_double(struct buf *b, double v)
{
	if (isfinite(v))
		buf_double(b, v);
	else
		buf_str(b, "null");
}

void
json_key(struct buf *b, const char *key)
{
	char last = b->len > 0 ? b->data[b->len - 1] : '{';

	if (last != '{' && last != '[')
		buf_char(b, ',');
	json_string(b, key);
	buf_char(b, ':');
}

/* Refuses what cJSON reads too leniently: depth, NUL bytes, \u0000. */
static int
check_text(const char *text, size_t len, struct err *err)
{
	bool quoted = false;
	int depth = 0;

	for (size_t i = 0; i < len; i++) {
		char c = text[i];

		if (c == '\0')
			return err_set(err, ERR_INVALID, "JSON has a NUL byte");
		if (quoted && c == '\\') {
			if (len - i >= 6 && memcmp(text + i, "\\u0000", 6) == 0)
				return err_set(err, ERR_INVALID,
					       "JSON has a \\u0000");
			i++;
		} else if (c == '"') {
			quoted = !quoted;
		} else if (!quoted && (c == '{' || c == '[')) {
			if (++depth > JSON_DEPTH_MAX)
				return err_set(err, ERR_INVALID,
					       "JSON is nested too deep");
		} else if (!quoted && (c == '}' || c == ']')) {
			depth--;
		}
	}
	return 0;
}

cJSON *
json_parse(const char *text, size_t len, size_t max, struct err *err)
{
	const char *end = NULL;
	cJSON *root;

	if (len > max) {
		err_set(err, ERR_TOO_LARGE, "JSON has over %zu bytes", max);
		return NULL;
	}
	if (check_text(text, len, err) != 0)
		return NULL;
	root = cJSON_ParseWithLengthOpts(text, len, &end, 0);
	if (root == NULL) {
		err_set(err, ERR_INVALID, "JSON is wrong at byte %zu",
			end != NULL ? (size_t)(end - text) : (size_t)0);
		return NULL;
	}
	while (end < text + len && strchr(" \t\r\n", *end) != NULL)
		end++;
	if (end != text + len) {
		cJSON_Delete(root);
		err_set(err, ERR_INVALID, "JSON has bytes after its end");
		return NULL;
	}
	return root;
}

const char *
json_get_string(const cJSON *object, const char *key)
{
	const cJSON *v = cJSON_GetObjectItemCaseSensitive(object, key);

	return cJSON_IsString(v) ? v->valuestring : NULL;
}

const char *
json_get_text(const cJSON *object, const char *key)
{
	const char *text = json_get_string(object, key);

	return text != NULL ? text : "";
}

double
json_get_double(const cJSON *object, const char *key, double fallback)
{
	const cJSON *v = cJSON_GetObjectItemCaseSensitive(object, key);

	return cJSON_IsNumber(v) ? v->valuedouble : fallback;
}

const cJSON *
json_get_array(const cJSON *object, const char *key)
{
	const cJSON *v = cJSON_GetObjectItemCaseSensitive(object, key);

	return cJSON_IsArray(v) ? v : NULL;
}

/* SPDX-License-Identifier: MIT */
/*
 * Scalars with one meaning.  A number has no leading zero, a duration has its
 * unit, a percentage its sign, a truth value is true or false; a text that
 * other YAML readers would take for a number, a truth value or nothing must
 * be quoted.  Everything else is refused with what to write instead.
 */
#include "core/conf_table.h"

#include <stdio.h>
#include <string.h>

#include "core/buf.h"
#include "core/conf.h"
#include "core/number.h"

static const struct {
	const char *name;
	int64_t seconds;
} units[] = {
    {"s", 1}, {"m", 60}, {"min", 60}, {"h", 3600}, {"d", 86400}, {"w", 604800},
};

#define N_UNITS (sizeof(units) / sizeof(units[0]))

/* What a plain scalar means to a YAML 1.1 or 1.2 reader besides a text. */
static const char *const taken_words[] = {
    "~",   "null", "true", "false", "yes",   "no",    "on",
    "off", "y",	   "n",	   ".inf",  "-.inf", "+.inf", ".nan"};

static bool
same_word(const char *text, size_t len, const char *word)
{
	if (strlen(word) != len)
		return false;
	for (size_t i = 0; i < len; i++) {
		char c = text[i];

		if (c >= 'A' && c <= 'Z')
			c = (char)(c - 'A' + 'a');
		if (c != word[i])
			return false;
	}
	return true;
}

static size_t
span(const char *text, const char *set)
{
	return strspn(text, set);
}

/* Integers, octal, hex, 12:30:45, floats, dates: YAML 1.1 and 1.2 alike. */
static bool
is_numeric(const char *text)
{
	static const char digits[] = "0123456789_";
	size_t n, seen;

	if (span(text, "0123456789") == 4 && text[4] == '-' && text[5] >= '0' &&
	    text[5] <= '9')
		return text[span(text, "0123456789-:.TtZz+ ")] == '\0';
	text += *text == '-' || *text == '+';
	if (text[0] == '0' && text[1] != '\0' &&
	    strchr("xXoObB", text[1]) != NULL)
		return text[2 + span(text + 2, "0123456789abcdefABCDEF_")] ==
		       '\0';
	n = seen = span(text, digits);
	while (text[n] == ':' && span(text + n + 1, digits) > 0)
		n += 1 + span(text + n + 1, digits);
	if (text[n] == '.') {
		seen += span(text + n + 1, digits);
		n += 1 + span(text + n + 1, digits);
	}
	if (seen == 0)
		return false;
	if (text[n] == 'e' || text[n] == 'E') {
		n++;
		n += text[n] == '-' || text[n] == '+';
		n += span(text + n, digits);
	}
	return text[n] == '\0';
}

static bool
is_taken(const char *text, size_t len)
{
	for (size_t i = 0; i < sizeof(taken_words) / sizeof(taken_words[0]);
	     i++)
		if (same_word(text, len, taken_words[i]))
			return true;
	return is_numeric(text);
}

static int
parse_text(const struct conf_row *row, const char *text, size_t len, bool plain,
	   void *out, struct err *err)
{
	if (len == 0)
		return err_set(err, ERR_CONFIG, "the value is empty");
	if (plain && is_taken(text, len))
		return err_set(
		    err, ERR_CONFIG,
		    "%.40s is not a text to every YAML reader (write "
		    "\"%.40s\")",
		    text, text);
	if (len >= row->size)
		return err_set(err, ERR_CONFIG,
			       "%zu bytes are too long (at most %zu)", len,
			       row->size - 1);
	for (size_t i = 0; i < len; i++)
		if ((unsigned char)text[i] < ' ' || text[i] == 127)
			return err_set(err, ERR_CONFIG,
				       "has a control character");
	if (row->check != NULL && row->check(text, err) != 0)
		return -1;
	memcpy(out, text, len);
	((char *)out)[len] = '\0';
	return 0;
}

static int
parse_bool(const struct conf_row *row, const char *text, size_t len, bool plain,
	   void *out, struct err *err)
{
	bool yes = strcmp(text, "true") == 0;

	(void)row;
	(void)len;
	(void)plain;
	if (!yes && strcmp(text, "false") != 0)
		return err_set(err, ERR_CONFIG,
			       "\"%.40s\" is neither true nor false", text);
	*(bool *)out = yes;
	return 0;
}

/* Digits without a leading zero at the front of text; returns how many. */
static size_t
whole(const char *text, size_t len, int64_t *out)
{
	size_t n = 0;
	uint64_t v;

	while (n < len && text[n] >= '0' && text[n] <= '9')
		n++;
	if (n == 0 || n > 9 || (n > 1 && text[0] == '0') ||
	    !number_u64(text, n, &v))
		return 0;
	*out = (int64_t)v;
	return n;
}

static int
in_bounds(const struct conf_row *row, int64_t v, const char *text,
	  const char *unit, struct err *err)
{
	if (v >= row->min && v <= row->max)
		return 0;
	return err_set(err, ERR_CONFIG,
		       "%.40s is not between %lld%s and %lld%s", text,
		       (long long)row->min, unit, (long long)row->max, unit);
}

static int
parse_count(const struct conf_row *row, const char *text, size_t len,
	    bool plain, void *out, struct err *err)
{
	int64_t v = 0;

	(void)plain;
	if (whole(text, len, &v) != len || len == 0)
		return err_set(err, ERR_CONFIG,
			       "\"%.40s\" is not a whole number (as in 12)",
			       text);
	if (in_bounds(row, v, text, "", err) != 0)
		return -1;
	*(int32_t *)out = (int32_t)v;
	return 0;
}

static int
parse_duration(const struct conf_row *row, const char *text, size_t len,
	       bool plain, void *out, struct err *err)
{
	int64_t v = 0;
	size_t n = whole(text, len, &v), u = 0;

	(void)plain;
	if (n > 0 && n == len)
		return err_set(err, ERR_CONFIG,
			       "%.40s has no unit (write %.40ss, or m, h, d)",
			       text, text);
	while (u < N_UNITS && strcmp(text + n, units[u].name) != 0)
		u++;
	if (n == 0 || u == N_UNITS)
		return err_set(
		    err, ERR_CONFIG,
		    "\"%.40s\" is not a duration (as in 10s, 5m, 2h or 1d)",
		    text);
	v *= units[u].seconds;
	if (in_bounds(row, v, text, "s", err) != 0)
		return -1;
	*(int32_t *)out = (int32_t)v;
	return 0;
}

static int
parse_percent(const struct conf_row *row, const char *text, size_t len,
	      bool plain, void *out, struct err *err)
{
	int64_t v = 0;
	size_t n = whole(text, len, &v);

	(void)plain;
	if (n > 0 && n == len)
		return err_set(err, ERR_CONFIG,
			       "%.40s has no unit (write %.40s%%)", text, text);
	if (n == 0 || strcmp(text + n, "%") != 0)
		return err_set(err, ERR_CONFIG,
			       "\"%.40s\" is not a percentage (as in 95%%)",
			       text);
	if (in_bounds(row, v, text, "%", err) != 0)
		return -1;
	*(double *)out = (double)v / 100;
	return 0;
}

/* A double-quoted YAML scalar. */
static void
show_text(const void *value, struct buf *out)
{
	buf_char(out, '"');
	for (const char *p = value; *p != '\0'; p++) {
		if (*p == '"' || *p == '\\')
			buf_char(out, '\\');
		buf_char(out, *p);
	}
	buf_char(out, '"');
}

static void
show_bool(const void *value, struct buf *out)
{
	buf_str(out, *(const bool *)value ? "true" : "false");
}

static void
show_count(const void *value, struct buf *out)
{
	buf_i64(out, *(const int32_t *)value);
}

static void
show_duration(const void *value, struct buf *out)
{
	static const size_t shown[] = {4, 3, 1, 0}; /* d h m s */
	int32_t s = *(const int32_t *)value;

	for (size_t i = 0; i < sizeof(shown) / sizeof(shown[0]); i++) {
		int64_t unit = units[shown[i]].seconds;

		if (s % unit != 0 || (s == 0 && unit > 1))
			continue;
		buf_i64(out, s / unit);
		buf_str(out, units[shown[i]].name);
		return;
	}
}

static void
show_percent(const void *value, struct buf *out)
{
	buf_fmt(out, "%.0f%%", *(const double *)value * 100);
}

static const struct {
	const char *name;
	int (*parse)(const struct conf_row *row, const char *text, size_t len,
		     bool plain, void *out, struct err *err);
	void (*show)(const void *value, struct buf *out);
} types[CONF_TYPE__MAX] = {
    [CONF_TEXT] = {"text", parse_text, show_text},
    [CONF_BOOL] = {"true or false", parse_bool, show_bool},
    [CONF_COUNT] = {"whole number", parse_count, show_count},
    [CONF_DURATION] = {"duration", parse_duration, show_duration},
    [CONF_PERCENT] = {"percentage", parse_percent, show_percent},
};

const char *
conf_type_name(enum conf_type type)
{
	return types[type].name;
}

int
conf_scalar_parse(const struct conf_row *row, const char *text, size_t len,
		  bool plain, void *base, struct err *err)
{
	/* libyaml ends scalars with a NUL but also lets "\0" into them */
	if (memchr(text, '\0', len) != NULL)
		return err_set(err, ERR_CONFIG, "has a NUL character");
	if (len == 0 && plain)
		return err_set(err, ERR_CONFIG, "has no value");
	return types[row->type].parse(row, text, len, plain,
				      (char *)base + row->offset, err);
}

void
conf_scalar_show(const struct conf_row *row, const void *base, struct buf *out)
{
	types[row->type].show((const char *)base + row->offset, out);
}

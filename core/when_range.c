/* SPDX-License-Identifier: MIT */
/* Durations and ranges of the time grammar: see when.h. */
#include "core/when.h"

#include <stdio.h>
#include <string.h>

#include "core/number.h"
#include "core/when_impl.h"

static const struct {
	const char *name;
	int64_t span_s;
} named[] = {
    {"hour", 3600},	   {"day", 86400},	  {"week", 7 * 86400},
    {"month", 31 * 86400}, {"year", 366 * 86400},
};

/* N UNIT [N UNIT…]; appends the short form to canonical unless NULL. */
static int
duration(const char *text, size_t len, struct buf *canonical, int64_t *out_s,
	 struct err *err)
{
	const char *end = text + len, *p = text;
	int64_t sum = 0;

	if (len == 0 || len > WHEN_TEXT_MAX)
		return err_set(err, ERR_INVALID,
			       "a duration has 1 to %d characters",
			       WHEN_TEXT_MAX);
	while (p < end) {
		const char *digits = p, *word;
		int64_t n;
		int unit;

		while (p < end && *p >= '0' && *p <= '9')
			p++;
		for (word = p; p < end && (*p | 32) >= 'a' && (*p | 32) <= 'z';)
			p++;
		unit = when_unit_find(word, (size_t)(p - word));
		if (word - digits > 9 || unit < 0 ||
		    !number_i64(digits, (size_t)(word - digits), &n))
			return err_set(
			    err, ERR_INVALID,
			    "not a duration (like 6h or 1d12h): %.*s", (int)len,
			    text);
		sum += n * when_unit_s((enum when_unit)unit);
		if (canonical != NULL) {
			buf_i64(canonical, n);
			buf_str(canonical,
				when_unit_name((enum when_unit)unit));
		}
		if (sum > WHEN_SPAN_MAX_S)
			return err_set(err, ERR_INVALID, "over 20 years: %.*s",
				       (int)len, text);
	}
	if (sum <= 0)
		return err_set(err, ERR_INVALID, "not over 0: %.*s", (int)len,
			       text);
	*out_s = sum;
	return 0;
}

int
when_duration(const char *text, size_t len, int64_t *out_s, struct err *err)
{
	return duration(text, len, NULL, out_s, err);
}

/* One end of T~T. */
struct side {
	const char *text;
	size_t len;
	int64_t t_s;
	int relative;
};

/* The canonical date form of a fixed time. */
static void
put_date(struct buf *b, int64_t t_s)
{
	struct civil c;

	civil_of(t_s, &c);
	buf_fmt(b, "%04d-%02d-%02d", (int)c.year, (int)c.mon + 1, (int)c.mday);
	if (t_s % 86400 != 0)
		buf_fmt(b, "T%02d%02d%02dZ", (int)c.hour, (int)c.min,
			(int)c.sec);
}

static int
side_parse(struct side *side, int64_t now_s, int64_t start_s, int64_t end_s,
	   struct buf *canonical, struct err *err)
{
	struct buf offset;
	struct when_at at = {.now_s = now_s,
			     .start_s = start_s,
			     .end_s = end_s,
			     .offset = &offset};
	char copy[WHEN_TEXT_MAX + 1];
	int url, rc;

	if (side->len == 0 || side->len > WHEN_TEXT_MAX)
		return err_set(err, ERR_INVALID,
			       "each end of a range has 1 to %d characters",
			       WHEN_TEXT_MAX);
	memcpy(copy, side->text, side->len);
	copy[side->len] = '\0';
	rc = when_fixed_parse(copy, side->len, &side->t_s, &url, err);
	if (rc < 0)
		return -1;
	if (rc > 0 && url) {
		buf_put(canonical, side->text, side->len);
		return 0;
	}
	buf_init(&offset, 4 * WHEN_TEXT_MAX);
	if (rc == 0 && when_at_parse(copy, side->len, &at, err) != 0) {
		buf_done(&offset);
		return -1;
	}
	if (rc == 0) {
		side->t_s = at.out_s;
		side->relative = at.plain_now;
	}
	if (side->relative) {
		buf_str(canonical, "now");
		buf_put(canonical, offset.data, offset.len);
	} else {
		put_date(canonical, side->t_s);
	}
	buf_done(&offset);
	return 0;
}

/* Both ends, in the order that lets one refer to the other. */
static int
parse_sides(struct side *from, struct side *to, int64_t now_s,
	    struct buf *from_text, struct buf *to_text, struct err *err)
{
	struct err first = {0};

	if (side_parse(to, now_s, -1, -1, to_text, &first) == 0)
		return side_parse(from, now_s, -1, to->t_s, from_text, err);
	buf_reset(to_text);
	if (side_parse(from, now_s, -1, -1, from_text, err) != 0)
		return -1;
	return side_parse(to, now_s, from->t_s, -1, to_text, err);
}

static int
check_range(struct when_range *r, struct err *err)
{
	if (r->from_s < 0 || r->to_s >= WHEN_MAX_S)
		return err_set(err, ERR_INVALID,
			       "a range lies between 1970 and 2199");
	if (r->from_s >= r->to_s)
		return err_set(err, ERR_INVALID,
			       "a range must end after it begins");
	if (r->to_s - r->from_s > WHEN_SPAN_MAX_S)
		return err_set(err, ERR_INVALID, "a range over 20 years");
	return 0;
}

static int
range_between(const char *text, size_t len, const char *tilde, int64_t now_s,
	      struct buf *canonical, struct when_range *r, struct err *err)
{
	struct side from = {.text = text, .len = (size_t)(tilde - text)};
	struct side to = {.text = tilde + 1,
			  .len = len - (size_t)(tilde - text) - 1};
	struct buf to_text;
	int rc;

	buf_init(&to_text, canonical->max);
	rc = parse_sides(&from, &to, now_s, canonical, &to_text, err);
	buf_char(canonical, '~');
	buf_put(canonical, to_text.data, to_text.len);
	if (!buf_ok(&to_text))
		canonical->failed = true;
	buf_done(&to_text);
	if (rc != 0)
		return -1;
	r->from_s = from.t_s;
	r->to_s = to.t_s;
	r->absolute = !from.relative && !to.relative;
	return 0;
}

static int
range_before_now(const char *text, size_t len, int64_t now_s,
		 struct buf *canonical, struct when_range *r, struct err *err)
{
	int64_t span_s = 0;

	for (size_t i = 0; i < sizeof named / sizeof *named; i++)
		if (strlen(named[i].name) == len &&
		    memcmp(named[i].name, text, len) == 0)
			span_s = named[i].span_s;
	if (span_s > 0)
		buf_put(canonical, text, len);
	else if (duration(text, len, canonical, &span_s, err) != 0)
		return err_prefix(err, "range");
	r->to_s = now_s;
	r->from_s = now_s - span_s;
	r->absolute = 0;
	return 0;
}

int
when_range_parse(const char *text, size_t len, int64_t now_s,
		 struct when_range *out, struct err *err)
{
	struct when_range r = {0};
	const char *tilde = memchr(text, '~', len);
	struct buf canonical;
	int rc;

	buf_init(&canonical, sizeof r.canonical - 1);
	if (tilde == NULL)
		rc = range_before_now(text, len, now_s, &canonical, &r, err);
	else
		rc =
		    range_between(text, len, tilde, now_s, &canonical, &r, err);
	if (rc == 0 && !buf_ok(&canonical))
		rc = err_set(err, ERR_INVALID, "range is too long to write");
	if (rc == 0)
		rc = check_range(&r, err);
	if (rc == 0) {
		r.span_s = r.absolute ? 0 : r.to_s - r.from_s;
		memcpy(r.canonical, canonical.data, canonical.len + 1);
		*out = r;
	}
	buf_done(&canonical);
	return rc;
}

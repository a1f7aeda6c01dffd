/* SPDX-License-Identifier: MIT */
/*
 * rrdtool's at-style times (rrdfetch(1), "AT-STYLE TIME SPECIFICATION"):
 * [TIME] [DAY] [OFFSET…].  A recursive descent over one token of look-ahead;
 * space, "_" and "," separate.  Unlike rrdtool's, the parser has no state
 * between calls and refuses bytes it does not know.
 */
#include <stdbool.h>

#include "core/when.h"
#include "core/when_impl.h"
#include "core/when_scan.h"

static int
bad(struct scan *s, const char *why)
{
	return err_set(s->err, ERR_INVALID, "not a time, %s at \"%.*s\"", why,
		       (int)(s->end - s->text), s->text);
}

/*
 * HH[:MM][am|pm].  1 when there was one; 0, with nothing taken, when the
 * number is part of a date.
 */
static int
clock_time(struct scan *s)
{
	struct scan before = *s;
	int64_t hour = s->number, minute = 0;
	const struct word *half;

	if (s->tok != TOK_NUMBER || s->len > 2)
		return 0;
	scan_next(s);
	if (s->tok == TOK_DATE_MARK) {
		*s = before;
		return 0;
	}
	if (s->tok == TOK_COLON) {
		scan_next(s);
		if (s->tok != TOK_NUMBER || s->number > 59 || s->len > 2)
			return bad(s, "minutes expected");
		minute = s->number;
		scan_next(s);
	}
	half = scan_word_of(s, WORD_HALF);
	if (half != NULL ? hour > 12 : hour > 23)
		return bad(&before, "no such hour");
	if (half != NULL) {
		hour = hour % 12 + half->value;
		scan_next(s);
	}
	s->c.hour = hour;
	s->c.min = minute;
	s->c.sec = 0;
	return 1;
}

/* Two digits of a year are 1970 to 2037, as rrdtool has it. */
static int
set_date(struct scan *s, int64_t year, int64_t mon, int64_t mday)
{
	if (year < 38)
		year += 2000;
	else if (year < 100)
		year += 1900;
	if (year < 1970 || year > 2199)
		return bad(s, "a year of 1970 to 2199 expected");
	if (mon < 0 || mon > 11 || mday < 1 || mday > 31)
		return bad(s, "no such day");
	s->c.year = year;
	s->c.mon = mon;
	s->c.mday = mday;
	return 1;
}

/* "jan 5", "jan 5 2026" */
static int
month_day(struct scan *s, int64_t mon)
{
	int64_t mday, year = s->c.year;

	scan_next(s);
	if (s->tok != TOK_NUMBER)
		return bad(s, "day of the month expected");
	mday = s->number;
	scan_next(s);
	if (s->tok == TOK_NUMBER) {
		year = s->number;
		scan_next(s);
	}
	return set_date(s, year, mon, mday);
}

/* YYYYMMDD, MM/DD/[YY]YY, DD.MM.[YY]YY, epoch seconds before an offset */
static int
numeric_date(struct scan *s)
{
	int64_t first = s->number, second;
	char mark;

	if (s->len == 8 && first > 19700101 && first < 24000101) {
		scan_next(s);
		return set_date(s, first / 10000, first / 100 % 100 - 1,
				first % 100);
	}
	if (first > 315360000) {
		civil_of(first, &s->c);
		scan_next(s);
		return 1;
	}
	scan_next(s);
	if (s->tok != TOK_DATE_MARK || first > 31)
		return bad(s, "a date expected");
	mark = *s->text;
	scan_next(s);
	second = s->number;
	if (s->tok != TOK_NUMBER)
		return bad(s, "a date expected");
	scan_next(s);
	if (s->tok != TOK_DATE_MARK || *s->text != mark)
		return bad(s, "a year expected");
	scan_next(s);
	if (s->tok != TOK_NUMBER)
		return bad(s, "a year expected");
	first--;
	second--;
	if (set_date(s, s->number, mark == '.' ? second : first,
		     1 + (mark == '.' ? first : second)) < 0)
		return -1;
	scan_next(s);
	return 1;
}

/* The day part: 1 when there was one, 0 when not. */
static int
day_part(struct scan *s)
{
	const struct word *w = scan_word(s);

	if (s->tok == TOK_NUMBER)
		return numeric_date(s);
	if (w == NULL)
		return 0;
	switch (w->kind) {
	case WORD_DAY:
		s->c.mday += w->value;
		break;
	case WORD_WEEKDAY:
		s->c.mday += w->value - s->weekday;
		break;
	case WORD_MONTH:
		return month_day(s, w->value);
	default:
		return 0;
	}
	scan_next(s);
	return 1;
}

static enum when_unit
guess_m(const struct scan *s, int64_t number)
{
	if (s->last_unit < 0)
		return number < 6 ? UNIT_MONTH : UNIT_MINUTE;
	return s->last_unit >= UNIT_DAY ? UNIT_MONTH : UNIT_MINUTE;
}

static void
apply(struct scan *s, int64_t n, enum when_unit unit)
{
	switch (unit) {
	case UNIT_YEAR:
		s->c.year += n;
		break;
	case UNIT_MONTH:
		s->c.mon += n;
		break;
	case UNIT_WEEK:
	case UNIT_DAY:
		s->c.mday += n * (unit == UNIT_WEEK ? 7 : 1);
		break;
	default:
		s->offset_s += n * when_unit_s(unit);
	}
}

/* (+|-) N UNIT [N UNIT…]; the sign holds until the next one. */
static int
one_offset(struct scan *s, struct buf *canonical)
{
	int64_t number;
	int unit = UNIT_SECOND;

	if (s->tok == TOK_SIGN) {
		s->sign = *s->text == '-' ? -1 : 1;
		s->last_unit = -1;
		scan_next(s);
	}
	if (s->tok != TOK_NUMBER || s->len > 9)
		return bad(s, "a number expected");
	number = s->number;
	scan_next(s);
	if (s->tok == TOK_WORD) {
		unit = when_unit_find(s->text, s->len);
		if (unit < 0)
			return bad(s, "a unit expected");
		scan_next(s);
	} else if (s->tok != TOK_END) {
		/* rrdtool would swallow the next sign as this one's unit */
		return bad(s, "a unit expected");
	}
	if (unit == UNIT_M)
		unit = (int)guess_m(s, number);
	s->last_unit = unit;
	apply(s, s->sign * number, (enum when_unit)unit);
	if (canonical != NULL) {
		buf_char(canonical, s->sign < 0 ? '-' : '+');
		buf_i64(canonical, number);
		buf_str(canonical, when_unit_name((enum when_unit)unit));
	}
	return 0;
}

static int
offsets(struct scan *s, struct buf *canonical)
{
	if (s->tok == TOK_SIGN)
		while (s->tok == TOK_SIGN || s->tok == TOK_NUMBER)
			if (one_offset(s, canonical) != 0)
				return -1;
	if (s->tok != TOK_END)
		return bad(s, "unexpected text");
	return 0;
}

/* now, start, end: which second, or an error when it has no meaning here. */
static int
reference(struct scan *s, struct when_at *at, int which)
{
	int64_t base = which == REF_NOW	    ? at->now_s
		       : which == REF_START ? at->start_s
					    : at->end_s;

	if (base < 0)
		return bad(s, "the other end is not known");
	civil_of(base, &s->c);
	at->plain_now = which == REF_NOW;
	scan_next(s);
	if (which != REF_NOW && s->tok != TOK_SIGN)
		return bad(s, "an offset must follow");
	return 0;
}

/* The absolute part; what it does not name stays the current time. */
static int
absolute(struct scan *s)
{
	const struct word *w = scan_word(s);
	int had_clock, had_day;
	bool epoch = s->tok == TOK_NUMBER && s->len > 8;
	bool number = s->tok == TOK_NUMBER;

	if (w != NULL && w->kind == WORD_CLOCK) {
		s->c.hour = w->value;
		s->c.min = s->c.sec = 0;
		scan_next(s);
		return day_part(s) < 0 ? -1 : 0;
	}
	had_clock = clock_time(s);
	had_day = had_clock < 0 ? -1 : day_part(s);
	if (had_day < 0 || (had_clock == 0 && had_day == 0))
		return had_day < 0 ? -1 : bad(s, "unknown word");
	if (had_clock > 0 || epoch)
		return 0;
	if (number || w->kind == WORD_DAY)
		s->c.hour = s->c.min = s->c.sec = 0;
	return clock_time(s) < 0 ? -1 : 0;
}

int
when_at_parse(const char *text, size_t len, struct when_at *at, struct err *err)
{
	struct scan s = {
	    .p = text, .end = text + len, .err = err, .last_unit = -1};
	const struct word *w;
	int rc = 0;

	civil_of(at->now_s, &s.c);
	s.weekday = (int)((at->now_s / 86400 + 4) % 7);
	at->plain_now = 0;
	scan_next(&s);
	w = scan_word(&s);
	if (s.tok == TOK_SIGN)
		at->plain_now = 1;
	else if (w != NULL && w->kind == WORD_REFERENCE)
		rc = reference(&s, at, w->value);
	else
		rc = absolute(&s);
	if (rc != 0 || offsets(&s, at->offset) != 0)
		return -1;
	at->out_s = civil_epoch(&s.c) + s.offset_s;
	return 0;
}

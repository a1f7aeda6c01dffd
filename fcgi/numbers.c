/* SPDX-License-Identifier: MIT */
/* Series as text: see numbers.h. */
#include "fcgi/numbers.h"

#include <math.h>
#include <string.h>

#include "core/clock.h"
#include "core/json.h"
#include "fcgi/outlook.h"

#define DIGITS	     12
#define NUMBER_BYTES 32

static const double tens[] = {1e0, 1e1, 1e2,  1e3,  1e4,  1e5,	1e6,  1e7,
			      1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};

/* Two digits at a time, as text. */
static const char pairs[] =
    "00010203040506070809101112131415161718192021222324"
    "25262728293031323334353637383940414243444546474849"
    "50515253545556575859606162636465666768697071727374"
    "75767778798081828384858687888990919293949596979899";

static void
put2(char *out, uint32_t v)
{
	memcpy(out, pairs + (size_t)v * 2, 2);
}

/* Eight digits; the four pairs do not wait for each other. */
static void
put8(char *out, uint32_t v)
{
	uint32_t hi = v / 10000, lo = v % 10000;

	put2(out, hi / 100);
	put2(out + 2, hi % 100);
	put2(out + 4, lo / 100);
	put2(out + 6, lo % 100);
}

/* Writes v in exactly n digits. */
static void
put_digits(char *out, uint64_t v, int n)
{
	uint32_t rest;

	for (; n > 8; n -= 8) {
		put8(out + n - 8, (uint32_t)(v % 100000000));
		v /= 100000000;
	}
	for (rest = (uint32_t)v; n >= 2; n -= 2) {
		put2(out + n - 2, rest % 100);
		rest /= 100;
	}
	if (n == 1)
		out[0] = (char)('0' + rest);
}

/* a < 10^n with `places` digits after the point, zeros at the end cut. */
static char *
put_fixed(char *out, double a, int n, int places)
{
	/* signed: that is what processors convert */
	int64_t whole = (int64_t)a;
	double rest = (a - (double)whole) * tens[places] + 0.5;
	uint64_t part = (uint64_t)(int64_t)rest;

	if (rest >= tens[places]) {
		part = 0;
		whole++;
		if ((double)whole >= tens[n])
			n++;
	}
	if (n <= 1)
		*out++ = (char)('0' + whole);
	else
		put_digits(out, (uint64_t)whole, n);
	out += n > 1 ? n : 0;
	if (part == 0)
		return out;
	*out = '.';
	put_digits(out + 1, part, places);
	out += 1 + places;
	while (out[-1] == '0')
		out--;
	return out;
}

/* Writes a number of at most NUMBER_BYTES that has a fixed form; NULL when
 * it has none. */
static char *
put_number(char *out, double v)
{
	double a = fabs(v);
	int n = 0; /* digits before the point */

	/* written so that NaN fails it, too */
	if (!(a < 1e11) || (a < 1e-2 && a > 0))
		return NULL;
	while (a >= tens[n])
		n++;
	if (v < 0)
		*out++ = '-';
	return put_fixed(out, a, n, (a < 0.1 ? DIGITS + 1 : DIGITS) - n);
}

void
numbers_put(struct buf *b, double v, const char *nothing)
{
	char *end;

	if (!buf_room(b, NUMBER_BYTES))
		return;
	end = put_number(b->data + b->len, v);
	if (end != NULL) {
		b->len = (size_t)(end - b->data);
		b->data[b->len] = '\0';
	} else if (isfinite(v)) {
		buf_double(b, v);
	} else {
		buf_str(b, nothing);
	}
}

void
numbers_member(struct buf *b, const char *key, double v)
{
	json_key(b, key);
	numbers_put(b, v, "null");
}

/* One row, in brackets; the room for it is asked for once. */
static void
put_row(struct buf *b, bool first, const double *v, size_t n)
{
	char *out;

	if (!buf_room(b, n * (NUMBER_BYTES + 1) + 4))
		return;
	out = b->data + b->len;
	if (!first)
		*out++ = ',';
	*out++ = '[';
	for (size_t i = 0; i < n; i++) {
		char *end = put_number(out, v[i]);

		if (end == NULL) {
			b->len = (size_t)(out - b->data);
			numbers_put(b, v[i], "null");
			end = b->data + b->len;
		}
		*end++ = ',';
		out = end;
	}
	/* the last comma becomes the bracket */
	if (n > 0)
		out--;
	*out++ = ']';
	*out = '\0';
	b->len = (size_t)(out - b->data);
}

int
numbers_rows(struct reply *r, const char *key, const struct series *s)
{
	struct buf *b = &r->body;

	json_key(b, key);
	buf_char(b, '[');
	for (size_t row = 0; row < s->n_rows; row++) {
		put_row(b, row == 0, s->values + row * s->n_metrics,
			s->n_metrics);
		if (reply_spill(r) != 0)
			return -1;
	}
	buf_char(b, ']');
	return 0;
}

int
numbers_json(struct reply *r, const struct path *p, const struct family *f,
	     const struct series *s)
{
	struct buf *b = &r->body;
	char text[PATH_SIZE];

	(void)path_format(p, text);
	json_key(b, "path");
	json_string(b, text);
	json_key(b, "start");
	buf_i64(b, s->start_s);
	json_key(b, "step");
	buf_i64(b, s->step_s);
	json_key(b, "metrics");
	buf_char(b, '[');
	for (size_t i = 0; i < s->n_metrics && i < f->n_metrics; i++) {
		if (i > 0)
			buf_char(b, ',');
		json_string(b, f->metrics[i].name);
	}
	buf_char(b, ']');
	return numbers_rows(r, "rows", s);
}

static void
put_column(struct buf *b, const char *key, const double *v, size_t n)
{
	json_key(b, key);
	put_row(b, true, v, n);
}

int
numbers_forecast(struct reply *r, const struct outlook *o)
{
	struct buf *b = &r->body;

	json_key(b, "forecast");
	if (o->n == 0) {
		buf_str(b, "null");
		return 0;
	}
	buf_char(b, '{');
	json_key(b, "start");
	buf_i64(b, o->start_s);
	json_key(b, "step");
	buf_i64(b, o->step_s);
	put_column(b, "median", o->median, o->n);
	put_column(b, "low", o->low, o->n);
	put_column(b, "high", o->high, o->n);
	buf_char(b, '}');
	return reply_spill(r);
}

void
numbers_csv_head(struct reply *r, const struct family *f)
{
	buf_str(&r->body, "path,time");
	for (size_t i = 0; i < f->n_metrics; i++)
		buf_fmt(&r->body, ",%s", f->metrics[i].name);
	buf_str(&r->body, "\r\n");
}

int
numbers_csv(struct reply *r, const struct path *p, const struct series *s)
{
	char path[PATH_SIZE], time[CLOCK_RFC3339_SIZE];
	const double *v = s->values;
	struct buf *b = &r->body;

	(void)path_format(p, path);
	for (size_t row = 0; row < s->n_rows; row++) {
		clock_rfc3339(s->start_s + (int64_t)row * s->step_s, time);
		buf_str(b, path);
		buf_char(b, ',');
		buf_str(b, time);
		for (size_t m = 0; m < s->n_metrics; m++) {
			buf_char(b, ',');
			numbers_put(b, *v++, "");
		}
		buf_str(b, "\r\n");
		if (reply_spill(r) != 0)
			return -1;
	}
	return 0;
}

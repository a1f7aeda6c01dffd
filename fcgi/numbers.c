/* SPDX-License-Identifier: MIT */
/* Series as text: see numbers.h. */
#include "fcgi/numbers.h"

#include <math.h>

#include "core/clock.h"
#include "core/json.h"

#define DIGITS 12

static const double tens[] = {1e0, 1e1, 1e2,  1e3,  1e4,  1e5,	1e6,  1e7,
			      1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};

/* v as digits with `places` of them after the point, trailing zeros cut. */
static void
put_fixed(struct buf *b, double v, int places)
{
	uint64_t whole = (uint64_t)v;
	uint64_t part = (uint64_t)((v - (double)whole) * tens[places] + 0.5);
	char text[DIGITS + 4];

	if ((double)part >= tens[places]) {
		part = 0;
		whole++;
	}
	buf_u64(b, whole);
	if (part == 0)
		return;
	while (part % 10 == 0) {
		part /= 10;
		places--;
	}
	for (int i = places; i > 0; i--) {
		text[i] = (char)('0' + part % 10);
		part /= 10;
	}
	text[0] = '.';
	buf_put(b, text, (size_t)places + 1);
}

void
numbers_put(struct buf *b, double v, const char *nothing)
{
	double a = fabs(v);
	int places = a < 0.1 ? DIGITS + 1 : DIGITS;

	if (!isfinite(v)) {
		buf_str(b, nothing);
		return;
	}
	if (a >= 1e11 || (a < 1e-2 && a > 0)) {
		buf_double(b, v);
		return;
	}
	for (int i = 0; a >= tens[i]; i++)
		places--;
	if (v < 0)
		buf_char(b, '-');
	put_fixed(b, a, places);
}

int
numbers_rows(struct reply *r, const char *key, const struct series *s)
{
	struct buf *b = &r->body;
	const double *v = s->values;

	json_key(b, key);
	buf_char(b, '[');
	for (size_t row = 0; row < s->n_rows; row++) {
		buf_str(b, row > 0 ? ",[" : "[");
		for (size_t m = 0; m < s->n_metrics; m++) {
			if (m > 0)
				buf_char(b, ',');
			numbers_put(b, *v++, "null");
		}
		buf_char(b, ']');
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

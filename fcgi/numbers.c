/* SPDX-License-Identifier: MIT */
/* Series as text: see numbers.h. */
#include "fcgi/numbers.h"

#include <math.h>
#include <string.h>

#include "core/clock.h"
#include "core/json.h"

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

/* The digits of v before end; returns where they begin. */
static char *
digits(char *end, uint64_t v)
{
	while (v >= 100) {
		end -= 2;
		memcpy(end, pairs + v % 100 * 2, 2);
		v /= 100;
	}
	if (v >= 10) {
		end -= 2;
		memcpy(end, pairs + v * 2, 2);
	} else {
		*--end = (char)('0' + v);
	}
	return end;
}

/* a >= 0 with `places` digits after the point, zeros at the end cut. */
static char *
put_fixed(char *out, double a, int places)
{
	uint64_t whole = (uint64_t)a;
	uint64_t part = (uint64_t)((a - (double)whole) * tens[places] + 0.5);
	char text[24], *end = text + sizeof(text), *at;

	if (part >= (uint64_t)tens[places]) {
		part = 0;
		whole++;
	}
	at = digits(end, whole);
	memcpy(out, at, (size_t)(end - at));
	out += end - at;
	if (part == 0)
		return out;
	at = digits(end, part);
	*out++ = '.';
	for (int zeros = places - (int)(end - at); zeros > 0; zeros--)
		*out++ = '0';
	memcpy(out, at, (size_t)(end - at));
	out += end - at;
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
	int places = a < 0.1 ? DIGITS + 1 : DIGITS;

	/* written so that NaN fails it, too */
	if (!(a < 1e11) || (a < 1e-2 && a > 0))
		return NULL;
	for (int i = 0; a >= tens[i]; i++)
		places--;
	if (v < 0)
		*out++ = '-';
	return put_fixed(out, a, places);
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

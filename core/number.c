/* SPDX-License-Identifier: MIT */
/* Strict number parsing: see number.h.  Pure; fuzzed. */
#include "core/number.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/buf.h"

#define NUMBER_MAX_BYTES 63

double
value_double(struct value v)
{
	switch (v.kind) {
	case VALUE_UINT:
		return (double)v.u;
	case VALUE_FLOAT:
		return v.f;
	default:
		return NAN;
	}
}

bool
number_u64(const char *text, size_t len, uint64_t *out)
{
	uint64_t v = 0;

	if (len == 0 || len > 20)
		return false;
	for (size_t i = 0; i < len; i++) {
		unsigned digit = (unsigned)(text[i] - '0');

		if (digit > 9 || v > UINT64_MAX / 10)
			return false;
		v *= 10;
		if (v > UINT64_MAX - digit)
			return false;
		v += digit;
	}
	*out = v;
	return true;
}

bool
number_i64(const char *text, size_t len, int64_t *out)
{
	bool negative = len > 0 && text[0] == '-';
	uint64_t v;

	if (!number_u64(text + negative, len - negative, &v))
		return false;
	if (v > (uint64_t)INT64_MAX)
		return false;
	*out = negative ? -(int64_t)v : (int64_t)v;
	return true;
}

/* The number of digits at the front of text. */
static size_t
digits(const char *text, size_t len)
{
	size_t n = 0;

	while (n < len && text[n] >= '0' && text[n] <= '9')
		n++;
	return n;
}

static bool
has_number_shape(const char *text, size_t len)
{
	size_t i = len > 0 && text[0] == '-', n;

	n = digits(text + i, len - i);
	if (n == 0)
		return false;
	i += n;
	if (i < len && text[i] == '.') {
		n = digits(text + i + 1, len - i - 1);
		if (n == 0)
			return false;
		i += 1 + n;
	}
	if (i < len && (text[i] == 'e' || text[i] == 'E')) {
		i++;
		if (i < len && (text[i] == '+' || text[i] == '-'))
			i++;
		n = digits(text + i, len - i);
		if (n == 0)
			return false;
		i += n;
	}
	return i == len;
}

bool
number_double(const char *text, size_t len, double *out)
{
	char copy[NUMBER_MAX_BYTES + 1];
	double v;

	if (len > NUMBER_MAX_BYTES || !has_number_shape(text, len))
		return false;
	memcpy(copy, text, len);
	copy[len] = '\0';
	v = strtod(copy, NULL);
	if (!isfinite(v))
		return false;
	*out = v;
	return true;
}

bool
number_value(const char *text, size_t len, struct value *out)
{
	uint64_t u;
	double f;

	if (len == 1 && text[0] == 'U') {
		*out = VALUE_NONE;
		return true;
	}
	if (number_u64(text, len, &u)) {
		*out = VALUE_OF_U(u);
		return true;
	}
	if (number_double(text, len, &f)) {
		*out = VALUE_OF_F(f);
		return true;
	}
	return false;
}

void
number_put_value(struct buf *b, struct value v)
{
	if (v.kind == VALUE_UINT)
		buf_u64(b, v.u);
	else if (v.kind == VALUE_FLOAT && isfinite(v.f))
		buf_double(b, v.f);
	else
		buf_char(b, 'U');
}

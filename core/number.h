/* SPDX-License-Identifier: MIT */
/*
 * Strict numbers.  Unlike strtod and strtol: no leading space, no hex, no
 * "inf" or "nan", no trailing bytes, no locale; the whole text or nothing.
 */
#ifndef CORE_NUMBER_H
#define CORE_NUMBER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * A value as it was measured.  Counters can pass 2^53, so whole numbers stay
 * whole; what is not known (RRD's U, JSON's null) is its own kind.
 */
enum value_kind { VALUE_UNKNOWN, VALUE_UINT, VALUE_FLOAT };

struct value {
	enum value_kind kind;
	union {
		uint64_t u;
		double f;
	};
};

#define VALUE_NONE    ((struct value){.kind = VALUE_UNKNOWN})
#define VALUE_OF_U(x) ((struct value){.kind = VALUE_UINT, .u = (x)})
#define VALUE_OF_F(x) ((struct value){.kind = VALUE_FLOAT, .f = (x)})

/* The value as a double; NaN when unknown. */
double value_double(struct value v);

/*
 * Decimal digits only, at most UINT64_MAX / INT64 range (a leading '-' for
 * the latter).  text need not be terminated.  False leaves *out untouched.
 */
bool number_u64(const char *text, size_t len, uint64_t *out);
bool number_i64(const char *text, size_t len, int64_t *out);

/* [-]digits[.digits][e[+-]digits]; false when it is not finite. */
bool number_double(const char *text, size_t len, double *out);

/*
 * "U" is unknown; digits are VALUE_UINT while they fit; else a finite double.
 */
bool number_value(const char *text, size_t len, struct value *out);

struct buf;

/* Appends the exact text that number_value reads back ("U" for unknown). */
void number_put_value(struct buf *b, struct value v);

#endif

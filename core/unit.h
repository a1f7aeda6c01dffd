/* SPDX-License-Identifier: MIT */
/*
 * How numbers of a unit are written for people: 1.95 GiB, 2.4 MB/s, 12.5 %,
 * 4.2 ms, 0.31.  Pure.
 */
#ifndef CORE_UNIT_H
#define CORE_UNIT_H

#include <stdbool.h>
#include <stddef.h>

enum unit_scale {
	SCALE_SI,	/* k M G …, below 1 plain decimals */
	SCALE_SI_SMALL, /* also m µ n */
	SCALE_TIME,	/* below a minute m µ n, above min h d */
	SCALE_IEC,	/* Ki Mi Gi */
	SCALE_NONE,	/* percent, degrees */
};

struct unit_style {
	const char *unit;   /* as families spell it */
	const char *symbol; /* written after the prefix; "" : only the header */
	enum unit_scale scale;
	int steps_of_two; /* ticks at powers of two */
};

/* The style of a unit; never NULL. */
const struct unit_style *unit_style(const char *unit);

/* Prefixes by thousands and by 1,024; "" at 0, the last at UNIT_LARGE_MAX. */
#define UNIT_LARGE_MAX 6
extern const char *const unit_large[];
extern const char *const unit_binary[];

/*
 * Divides *v by base while its size is full or more, at most max times: how
 * often, which is the prefix to write.  full is a little under base where
 * rounding would else write 1000.
 */
int unit_reduce(double *v, double base, double full, int max);

/*
 * The style for values of at most that size: what is counted in plain numbers
 * gets m µ n when all of it is below a thousandth.
 */
const struct unit_style *unit_style_for(const struct unit_style *u,
					double most);

#define UNIT_TEXT_SIZE 24

/* Three significant digits with prefix and symbol; "-" for NaN. */
void unit_value(const struct unit_style *u, double v, char out[UNIT_TEXT_SIZE]);

/* The same in a row of numbers: unless all of it are whole, none is written
 * without its decimals. */
void unit_value_of(const struct unit_style *u, double v, bool all_whole,
		   char out[UNIT_TEXT_SIZE]);

/* A tick's label: as few digits as step needs. */
void unit_tick(const struct unit_style *u, double v, double step,
	       char out[UNIT_TEXT_SIZE]);

/* The next nice distance of ticks at or above least (> 0). */
double unit_step(const struct unit_style *u, double least);

#endif

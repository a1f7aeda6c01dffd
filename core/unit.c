/* SPDX-License-Identifier: MIT */
/* Numbers for people: see unit.h. */
#include "core/unit.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const struct unit_style styles[] = {
    {"bytes", "B", SCALE_IEC, 1},      {"bytes/s", "B/s", SCALE_SI, 0},
    {"bits/s", "bit/s", SCALE_SI, 0},  {"percent", "%", SCALE_NONE, 0},
    {"seconds", "s", SCALE_TIME, 0},   {"seconds/s", "s/s", SCALE_SI_SMALL, 0},
    {"celsius", "°C", SCALE_NONE, 0},  {"degrees Celsius", "°C", SCALE_NONE, 0},
    {"volts", "V", SCALE_SI_SMALL, 0}, {"watts", "W", SCALE_SI_SMALL, 0},
    {"hertz", "Hz", SCALE_SI, 0},
};

/* Anything that is counted: the header names it. */
static const struct unit_style plain = {"", "", SCALE_SI, 0};
static const struct unit_style plain_small = {"", "", SCALE_SI_SMALL, 0};

const char *const unit_large[] = {"", "k", "M", "G", "T", "P", "E"};
const char *const unit_binary[] = {"", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"};
static const char *const small[] = {"", "m", "µ", "n"};

#define SMALL_MAX 3

/* Long times: from when on each is used, and what it divides by. */
static const struct {
	double from, by;
	const char *symbol;
} times[] = {{172800, 86400, "d"}, {7200, 3600, "h"}, {120, 60, "min"}};

#define TIMES (sizeof times / sizeof *times)

/* Distances of ticks from a minute on, in seconds; then nice days. */
static const double time_steps[] = {60,	   120,	   300,	   600,	  1800,
				    3600,  7200,   10800,  21600, 43200,
				    86400, 172800, 432000, 864000};

const struct unit_style *
unit_style(const char *unit)
{
	for (size_t i = 0; i < sizeof styles / sizeof *styles; i++)
		if (unit != NULL && strcmp(styles[i].unit, unit) == 0)
			return &styles[i];
	return &plain;
}

int
unit_reduce(double *v, double base, double full, int max)
{
	int i = 0;

	while (i < max && fabs(*v) >= full) {
		*v /= base;
		i++;
	}
	return i;
}

const struct unit_style *
unit_style_for(const struct unit_style *u, double most)
{
	return u == &plain && most > 0 && most < 1e-3 ? &plain_small : u;
}

static int
goes_small(const struct unit_style *u)
{
	return u->scale == SCALE_SI_SMALL || u->scale == SCALE_TIME;
}

/* The prefix that brings size to 1 … 999, and what it divides by. */
static const char *
prefix(const struct unit_style *u, double size, double *by)
{
	double base = u->scale == SCALE_IEC ? 1024 : 1000;
	int i = 0;

	*by = 1;
	if (u->scale == SCALE_NONE || !(size > 0) ||
	    (u->scale == SCALE_TIME && size >= 1))
		return "";
	/* 999.5 is written 1000, so it is 1.00 of the next prefix */
	while (i < UNIT_LARGE_MAX &&
	       size / *by >= (base == 1000 ? 999.5 : 1023.5)) {
		*by *= base;
		i++;
	}
	if (i > 0)
		return u->scale == SCALE_IEC ? unit_binary[i] : unit_large[i];
	if (!goes_small(u))
		return "";
	while (i < SMALL_MAX && size / *by < 0.9995) {
		*by /= 1000;
		i++;
	}
	return small[i];
}

static void
join(const struct unit_style *u, double v, int decimals, const char *pre,
     char out[UNIT_TEXT_SIZE])
{
	const char *gap = *pre != '\0' || *u->symbol != '\0' ? " " : "";

	(void)snprintf(out, UNIT_TEXT_SIZE, "%.*f%s%s%s", decimals, v, gap, pre,
		       u->symbol);
}

void
unit_value(const struct unit_style *u, double v, char out[UNIT_TEXT_SIZE])
{
	unit_value_of(u, v, true, out);
}

void
unit_value_of(const struct unit_style *u, double v, bool all_whole,
	      char out[UNIT_TEXT_SIZE])
{
	double by, size = fabs(v);
	const char *pre;
	int decimals;

	if (!isfinite(v)) {
		(void)snprintf(out, UNIT_TEXT_SIZE, "-");
		return;
	}
	if (size == 0) {
		join(u, 0, 0, "", out);
		return;
	}
	for (size_t i = 0; u->scale == SCALE_TIME && i < TIMES; i++)
		if (size >= times[i].from && size < 1e9) {
			size /= times[i].by;
			(void)snprintf(out, UNIT_TEXT_SIZE, "%.*f %s",
				       size >= 99.95 ? 0 : 1, copysign(size, v),
				       times[i].symbol);
			return;
		}
	pre = prefix(u, size, &by);
	size /= by;
	if (size < 5e-4 && !goes_small(u)) {
		join(u, 0, 3, "", out);
		return;
	}
	if (size >= 1e6 || size < 5e-4) {
		(void)snprintf(out, UNIT_TEXT_SIZE, "%.2g%s%s%s", v / by,
			       *u->symbol != '\0' ? " " : "", pre, u->symbol);
		return;
	}
	decimals = size >= 99.95    ? 0
		   : size >= 9.995  ? 1
		   : size >= 0.0995 ? 2
				    : 3;
	if (by == 1 && all_whole && v == floor(v) && !goes_small(u))
		decimals = 0;
	join(u, v / by, decimals, pre, out);
}

void
unit_tick(const struct unit_style *u, double v, double step,
	  char out[UNIT_TEXT_SIZE])
{
	double by, left;
	const char *pre = prefix(u, fabs(v), &by);
	int decimals = 0;

	for (size_t i = 0; u->scale == SCALE_TIME && i < TIMES; i++)
		if (step >= times[i].by && v != 0) {
			(void)snprintf(out, UNIT_TEXT_SIZE, "%.0f %s",
				       v / times[i].by, times[i].symbol);
			return;
		}
	for (left = step / by; decimals < 6; decimals++, left *= 10)
		if (fabs(left - round(left)) < 1e-6 * left)
			break;
	join(u, v == 0 ? 0 : v / by, v == 0 ? 0 : decimals, pre, out);
}

double
unit_step(const struct unit_style *u, double least)
{
	static const double tens[] = {1, 2, 5, 10};
	double power;

	if (u->steps_of_two && least >= 1) {
		for (power = 1; power < least;)
			power *= 2;
		return power;
	}
	for (size_t i = 0; u->scale == SCALE_TIME && least > 30 &&
			   i < sizeof time_steps / sizeof *time_steps;
	     i++)
		if (time_steps[i] >= least)
			return time_steps[i];
	if (u->scale == SCALE_TIME && least > 30)
		return unit_step(&plain, least / 86400) * 86400;
	power = pow(10, floor(log10(least)));
	for (size_t i = 0; i < sizeof tens / sizeof *tens; i++)
		if (tens[i] * power >= least * (1 - 1e-9))
			return tens[i] * power;
	return 10 * power;
}

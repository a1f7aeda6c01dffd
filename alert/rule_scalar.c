/* SPDX-License-Identifier: MIT */
/* What the scalars of rules and settings mean: see rule_read.h. */
#include <math.h>
#include <string.h>

#include "alert/rule_read.h"
#include "core/number.h"
#include "core/when.h"

int
rule_number(const char *text, double *out)
{
	size_t n = strlen(text);

	if (n > 0 && text[n - 1] == '%')
		n--;
	return number_double(text, n, out) ? 0 : -1;
}

int
rule_duration(const char *text, int32_t *out)
{
	int64_t s;

	if (strcmp(text, "0") == 0 || strcmp(text, "0s") == 0) {
		*out = 0;
		return 0;
	}
	if (when_duration(text, strlen(text), &s, NULL) != 0 || s > INT32_MAX)
		return -1;
	*out = (int32_t)s;
	return 0;
}

int
rule_line(const char *text, double *out)
{
	int32_t s;

	if (rule_number(text, out) == 0)
		return 0;
	if (strcmp(text, "none") == 0) {
		*out = NAN;
		return 0;
	}
	if (rule_duration(text, &s) != 0)
		return -1;
	*out = s;
	return 0;
}

static int
read_day(const char **p)
{
	static const char *const names[] = {"Mon", "Tue", "Wed", "Thu",
					    "Fri", "Sat", "Sun"};

	for (int i = 0; i < 7; i++)
		if (strncmp(*p, names[i], 3) == 0) {
			*p += 3;
			return i;
		}
	return -1;
}

/* Mon-Fri, Sat, Sat-Mon */
static int
read_days(const char **p, uint8_t *out)
{
	int from = read_day(p), to = from;

	if (from >= 0 && **p == '-') {
		(*p)++;
		to = read_day(p);
	}
	if (from < 0 || to < 0)
		return -1;
	*out = 0;
	for (int d = from;; d = (d + 1) % 7) {
		*out |= (uint8_t)(1U << d);
		if (d == to)
			return 0;
	}
}

static int
read_clock(const char **p, int16_t *out)
{
	const char *s = *p;
	int h, m;

	if (strspn(s, "0123456789") != 2 || s[2] != ':' ||
	    strspn(s + 3, "0123456789") != 2)
		return -1;
	h = 10 * (s[0] - '0') + s[1] - '0';
	m = 10 * (s[3] - '0') + s[4] - '0';
	if (m > 59 || h * 60 + m > 24 * 60)
		return -1;
	*out = (int16_t)(h * 60 + m);
	*p += 5;
	return 0;
}

int
rule_hours_parse(const char *text, struct rule_hours *out)
{
	struct rule_hours h = {.days = 0x7f};
	const char *p = text;

	if (strcmp(text, "always") == 0) {
		*out = (struct rule_hours){0};
		return 0;
	}
	if (*p < '0' || *p > '9') {
		if (read_days(&p, &h.days) != 0)
			return -1;
		if (*p == '\0') {
			h.to_min = 24 * 60;
			*out = h;
			return 0;
		}
		if (*p++ != ' ')
			return -1;
	}
	if (read_clock(&p, &h.from_min) != 0 || *p++ != '-' ||
	    read_clock(&p, &h.to_min) != 0 || *p != '\0' ||
	    h.from_min == h.to_min)
		return -1;
	*out = h;
	return 0;
}

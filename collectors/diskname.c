/* SPDX-License-Identifier: MIT */
/* Names of block devices: see diskname.h. */
#include "collectors/diskname.h"

#include <stddef.h>
#include <string.h>

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Whether s is one or more digits and nothing else. */
static bool
is_number(const char *s)
{
	return is_digit(*s) && s[strspn(s, "0123456789")] == '\0';
}

bool
diskname_is_part(const char *name, const char *whole)
{
	size_t n = strlen(whole);
	const char *rest;

	if (n == 0 || strncmp(name, whole, n) != 0)
		return false;
	rest = name + n;
	if (!is_digit(whole[n - 1]))
		return is_number(rest);
	if (rest[0] == 'p')
		return is_number(rest + 1);
	return strncmp(rest, "boot", 4) == 0 || strcmp(rest, "rpmb") == 0;
}

bool
diskname_is_left_out(const char *name)
{
	static const char *const kinds[] = {"loop", "ram", "zram",
					    "sr",   "fd",  "dm-"};
	const char *c;

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		size_t n = strlen(kinds[i]);

		if (strncmp(name, kinds[i], n) == 0 && is_number(name + n))
			return true;
	}
	if (strncmp(name, "nvme", 4) != 0)
		return false;
	c = name + 4 + strspn(name + 4, "0123456789");
	return *c == 'c';
}

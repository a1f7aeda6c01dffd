/* SPDX-License-Identifier: MIT */
/* Templates and assets that are part of the program itself. */
#ifndef WWW_BUILTIN_H
#define WWW_BUILTIN_H

#include <stdbool.h>

struct builtin {
	const char *name; /* NULL ends the table */
	bool asset;	  /* else a template */
	const char *data, *end;
};

extern const struct builtin builtins[];

#endif

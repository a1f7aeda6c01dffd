/* SPDX-License-Identifier: MIT */
/*
 * Templates and assets linked into the program: see builtin.h.  The list is
 * the folder (the Makefile writes gen/builtin_table.h from www/assets and
 * www/templates); the assembler reads the files.
 */
#include "www/builtin.h"

#include <stddef.h>

#define X(symbol, file, asset, path)                                           \
	__asm__(".pushsection .rodata\n"                                       \
		"robin_builtin_" #symbol ":\n"                                 \
		".incbin \"" path "\"\n"                                       \
		"robin_builtin_end_" #symbol ":\n"                             \
		".byte 0\n"                                                    \
		".popsection\n");                                              \
	extern const char robin_builtin_##symbol[];                            \
	extern const char robin_builtin_end_##symbol[];
#include "gen/builtin_table.h"
#undef X

const struct builtin builtins[] = {
#define X(symbol, file, asset, path)                                           \
	{file, asset, robin_builtin_##symbol, robin_builtin_end_##symbol},
#include "gen/builtin_table.h"
#undef X
    {NULL, false, NULL, NULL},
};

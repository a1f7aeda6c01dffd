/* SPDX-License-Identifier: MIT */
/* Inside of core/opt_*.c: what the texts of an option table have in common. */
#ifndef CORE_OPT_TEXT_H
#define CORE_OPT_TEXT_H

#include <stddef.h>

#include "core/opt.h"

#define OPT_TEXT_MAX (256 * 1024)

/* Row i of opt_rows(cmd): the command's options, then --help and --version;
 * NULL for a hidden one. */
const struct opt *opt_row(const struct opt_command *cmd, size_t i);
size_t opt_rows(const struct opt_command *cmd);

/* Whether the command takes operands. */
bool opt_has_synopsis(const struct opt_command *cmd);

/* What exit statuses 0 … 3 mean; NULL at the end. */
extern const char *const opt_exits[];

/*
 * Appends words with line breaks before column 78; column is where the text
 * stands now, indent where the next lines start.
 */
void opt_wrap(struct buf *b, const char *text, size_t len, size_t indent,
	      size_t column);

/* The length of the paragraph, or block of example lines, at text. */
size_t opt_paragraph(const char *text);

/* Appends " (default X)" where the value has one. */
void opt_put_default(struct buf *b, const struct opt *o);

/* Appends "robin put" or "robin-put" with blank for both separators. */
void opt_page_name(struct buf *b, const char *name, char blank);

#endif

/* SPDX-License-Identifier: MIT */
/* The scanner of at-style times: tokens, words; nobody else includes it. */
#ifndef CORE_WHEN_SCAN_H
#define CORE_WHEN_SCAN_H

#include <stddef.h>
#include <stdint.h>

#include "core/err.h"
#include "core/when_impl.h"

enum token {
	TOK_END,
	TOK_NUMBER,
	TOK_SIGN, /* + - */
	TOK_COLON,
	TOK_DATE_MARK, /* . / */
	TOK_WORD,
	TOK_JUNK,
};

enum word_kind {
	WORD_REFERENCE, /* now start end */
	WORD_CLOCK,	/* midnight noon teatime: value is the hour */
	WORD_HALF,	/* am pm: value is 0 or 12 */
	WORD_DAY,	/* yesterday today tomorrow: value is -1 0 1 */
	WORD_MONTH,
	WORD_WEEKDAY,
};

enum { REF_NOW, REF_START, REF_END };

struct word {
	const char *text;
	size_t least; /* letters that must be there; SIZE_MAX: all */
	enum word_kind kind;
	int value;
};

struct scan {
	const char *p, *end;
	enum token tok;
	const char *text; /* the token's bytes */
	size_t len;
	int64_t number;
	struct err *err;
	struct civil c;
	int64_t offset_s;
	int weekday;
	int last_unit; /* of the offset so far, for the bare "m" */
	int sign;
};

/* Takes the next token; space, "_" and "," separate. */
void scan_next(struct scan *s);

/* The word the current token is, of any kind or of that one; or NULL. */
const struct word *scan_word(const struct scan *s);
const struct word *scan_word_of(const struct scan *s, enum word_kind kind);

#endif

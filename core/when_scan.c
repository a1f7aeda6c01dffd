/* SPDX-License-Identifier: MIT */
/* Words and tokens of at-style times: see when_scan.h. */
#include "core/when_scan.h"

#include <stdbool.h>
#include <string.h>
#include <strings.h>

#include "core/number.h"

static const struct word words[] = {
    {"now", SIZE_MAX, WORD_REFERENCE, REF_NOW},
    {"n", SIZE_MAX, WORD_REFERENCE, REF_NOW},
    {"start", SIZE_MAX, WORD_REFERENCE, REF_START},
    {"s", SIZE_MAX, WORD_REFERENCE, REF_START},
    {"end", SIZE_MAX, WORD_REFERENCE, REF_END},
    {"e", SIZE_MAX, WORD_REFERENCE, REF_END},
    {"midnight", SIZE_MAX, WORD_CLOCK, 0},
    {"noon", SIZE_MAX, WORD_CLOCK, 12},
    {"teatime", SIZE_MAX, WORD_CLOCK, 16},
    {"am", SIZE_MAX, WORD_HALF, 0},
    {"pm", SIZE_MAX, WORD_HALF, 12},
    {"yesterday", SIZE_MAX, WORD_DAY, -1},
    {"today", SIZE_MAX, WORD_DAY, 0},
    {"tomorrow", SIZE_MAX, WORD_DAY, 1},
    {"january", 3, WORD_MONTH, 0},
    {"february", 3, WORD_MONTH, 1},
    {"march", 3, WORD_MONTH, 2},
    {"april", 3, WORD_MONTH, 3},
    {"may", 3, WORD_MONTH, 4},
    {"june", 3, WORD_MONTH, 5},
    {"july", 3, WORD_MONTH, 6},
    {"august", 3, WORD_MONTH, 7},
    {"september", 3, WORD_MONTH, 8},
    {"october", 3, WORD_MONTH, 9},
    {"november", 3, WORD_MONTH, 10},
    {"december", 3, WORD_MONTH, 11},
    {"sunday", 3, WORD_WEEKDAY, 0},
    {"monday", 3, WORD_WEEKDAY, 1},
    {"tuesday", 3, WORD_WEEKDAY, 2},
    {"wednesday", 3, WORD_WEEKDAY, 3},
    {"thursday", 3, WORD_WEEKDAY, 4},
    {"friday", 3, WORD_WEEKDAY, 5},
    {"saturday", 3, WORD_WEEKDAY, 6},
};

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static enum token
one_char(char c)
{
	switch (c) {
	case '+':
	case '-':
		return TOK_SIGN;
	case ':':
		return TOK_COLON;
	case '.':
	case '/':
		return TOK_DATE_MARK;
	default:
		return TOK_JUNK;
	}
}

void
scan_next(struct scan *s)
{
	bool (*more)(char) = NULL;

	while (s->p < s->end && (*s->p == ' ' || *s->p == '_' || *s->p == ','))
		s->p++;
	s->text = s->p;
	s->len = 0;
	s->tok = TOK_END;
	if (s->p == s->end)
		return;
	if (is_digit(*s->p)) {
		more = is_digit;
		s->tok = TOK_NUMBER;
	} else if (is_letter(*s->p)) {
		more = is_letter;
		s->tok = TOK_WORD;
	} else {
		s->tok = one_char(*s->p++);
	}
	while (more != NULL && s->p < s->end && more(*s->p))
		s->p++;
	s->len = (size_t)(s->p - s->text);
	if (s->tok == TOK_NUMBER &&
	    (s->len > 10 || !number_i64(s->text, s->len, &s->number)))
		s->tok = TOK_JUNK;
}

const struct word *
scan_word(const struct scan *s)
{
	if (s->tok != TOK_WORD)
		return NULL;
	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		const struct word *w = &words[i];
		size_t full = strlen(w->text);

		if ((s->len == full || s->len == w->least) &&
		    strncasecmp(w->text, s->text, s->len) == 0)
			return w;
	}
	return NULL;
}

const struct word *
scan_word_of(const struct scan *s, enum word_kind kind)
{
	const struct word *w = scan_word(s);

	return w != NULL && w->kind == kind ? w : NULL;
}

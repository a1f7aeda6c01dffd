/* SPDX-License-Identifier: MIT */
/*
 * Walking over text that the kernel wrote: lines, words, numbers.  Nothing is
 * copied, nothing needs a terminator, nothing is read past the end.
 */
#ifndef COLLECTORS_TEXT_H
#define COLLECTORS_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct text {
	const char *at;
	size_t len;
};

/* A text of a terminated string. */
struct text text_of(const char *s);

/*
 * Takes the next line off *in, without its newline; false at the end.  A last
 * line without a newline was cut off (the kernel ends all of them), and half a
 * number is worse than none: it is not taken.
 */
bool text_line(struct text *in, struct text *line);

/* Takes the next word (no blanks or tabs) off *line; false when none is left.
 */
bool text_word(struct text *line, struct text *word);

/* Takes the next word as a whole number; false when it is not one. */
bool text_u64(struct text *line, uint64_t *out);

/* The same for a decimal fraction ("0.31"). */
bool text_double(struct text *line, double *out);

/* Takes and drops n words; false when there are fewer. */
bool text_skip(struct text *line, size_t n);

bool text_is(struct text t, const char *s);
bool text_starts(struct text t, const char *prefix);

/* Cuts t at the first c and returns what follows it; false leaves t alone. */
bool text_cut(struct text *t, char c, struct text *rest);

/*
 * Copies t, terminated, into out of size bytes; false (and nothing written)
 * when it does not fit or has a NUL byte in it.
 */
bool text_copy(struct text t, char *out, size_t size);

/* A number that a line "name value", "name: value" or "name: value kB" has. */
struct text_key {
	const char *name;
	uint64_t *out; /* in bytes when the line says kB */
};

/*
 * Fills the outs of the keys that are there, each from its first good line;
 * returns how many.  The others are untouched.
 */
size_t text_keys(struct text in, const struct text_key *keys, size_t n);

#endif

/* SPDX-License-Identifier: MIT */
/* Lines, words and numbers of kernel text: see text.h.  Pure; fuzzed. */
#include "collectors/text.h"

#include <string.h>

#include "core/number.h"

struct text
text_of(const char *s)
{
	return (struct text){.at = s, .len = strlen(s)};
}

static void
drop(struct text *t, size_t n)
{
	t->at += n;
	t->len -= n;
}

bool
text_line(struct text *in, struct text *line)
{
	const char *end = in->len > 0 ? memchr(in->at, '\n', in->len) : NULL;

	if (end == NULL)
		return false;
	*line = (struct text){.at = in->at, .len = (size_t)(end - in->at)};
	drop(in, line->len + 1);
	return true;
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

bool
text_word(struct text *line, struct text *word)
{
	size_t n = 0;

	while (line->len > 0 && is_blank(line->at[0]))
		drop(line, 1);
	while (n < line->len && !is_blank(line->at[n]))
		n++;
	if (n == 0)
		return false;
	*word = (struct text){.at = line->at, .len = n};
	drop(line, n);
	return true;
}

bool
text_u64(struct text *line, uint64_t *out)
{
	struct text word;

	return text_word(line, &word) && number_u64(word.at, word.len, out);
}

bool
text_double(struct text *line, double *out)
{
	struct text word;

	return text_word(line, &word) && number_double(word.at, word.len, out);
}

bool
text_skip(struct text *line, size_t n)
{
	struct text word;

	while (n-- > 0)
		if (!text_word(line, &word))
			return false;
	return true;
}

bool
text_is(struct text t, const char *s)
{
	size_t n = strlen(s);

	return t.len == n && memcmp(t.at, s, n) == 0;
}

bool
text_starts(struct text t, const char *prefix)
{
	size_t n = strlen(prefix);

	return t.len >= n && memcmp(t.at, prefix, n) == 0;
}

bool
text_cut(struct text *t, char c, struct text *rest)
{
	const char *at = t->len > 0 ? memchr(t->at, c, t->len) : NULL;

	if (at == NULL)
		return false;
	*rest = (struct text){.at = at + 1,
			      .len = t->len - (size_t)(at + 1 - t->at)};
	t->len = (size_t)(at - t->at);
	return true;
}

bool
text_copy(struct text t, char *out, size_t size)
{
	if (t.len >= size || (t.len > 0 && memchr(t.at, '\0', t.len) != NULL))
		return false;
	if (t.len > 0)
		memcpy(out, t.at, t.len);
	out[t.len] = '\0';
	return true;
}

/* The value of what follows a key on its line. */
static bool
key_value(struct text line, uint64_t *out)
{
	struct text unit;
	uint64_t v;

	if (!text_u64(&line, &v))
		return false;
	if (text_word(&line, &unit) && text_is(unit, "kB")) {
		if (v > UINT64_MAX / 1024)
			return false;
		v *= 1024;
	}
	*out = v;
	return true;
}

size_t
text_keys(struct text in, const struct text_key *keys, size_t n)
{
	struct text line, name;
	uint64_t seen = 0;
	size_t found = 0;

	while (found < n && text_line(&in, &line)) {
		if (!text_word(&line, &name))
			continue;
		if (name.at[name.len - 1] == ':')
			name.len--;
		for (size_t i = 0; i < n && i < 64; i++) {
			if ((seen >> i & 1) != 0 ||
			    !text_is(name, keys[i].name))
				continue;
			if (key_value(line, keys[i].out)) {
				seen |= UINT64_C(1) << i;
				found++;
			}
			break;
		}
	}
	return found;
}

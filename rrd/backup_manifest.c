/* SPDX-License-Identifier: MIT */
/* What a backup holds, as text: see backup_manifest.h.  Pure. */
#include "rrd/backup_manifest.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "core/buf.h"
#include "core/number.h"

#define FRONT "robin-backup 1\ncreated "

static bool
name_ok(const char *name)
{
	size_t len = strlen(name);

	if (len == 0 || len > 1024 || name[0] == '/')
		return false;
	for (const char *p = name; *p != '\0';) {
		size_t n = strcspn(p, "/");

		if (n == 0 || (n == 1 && p[0] == '.') ||
		    (n == 2 && p[0] == '.' && p[1] == '.'))
			return false;
		for (size_t i = 0; i < n; i++)
			if (p[i] <= ' ' || p[i] > '~')
				return false;
		p += n;
		if (*p == '/' && *++p == '\0')
			return false;
	}
	return true;
}

void
manifest_begin(struct buf *out, int64_t created_s)
{
	buf_fmt(out, FRONT "%lld\n", (long long)created_s);
}

int
manifest_add(struct buf *out, const struct manifest_entry *e, struct err *err)
{
	if (!name_ok(e->name))
		return err_set(err, ERR_INVALID, "%.120s: cannot be backed up",
			       e->name);
	buf_fmt(out, "file %016llx %llu %016llx %s\n",
		(unsigned long long)e->sum, (unsigned long long)e->bytes,
		(unsigned long long)e->head, e->name);
	return 0;
}

void
manifest_end(struct buf *out, size_t n_files)
{
	uint64_t sum = XXH64(out->data, out->len, 0);

	buf_fmt(out, "end %zu %016llx\n", n_files, (unsigned long long)sum);
}

static bool
hex16(const char *p, size_t len, uint64_t *out)
{
	uint64_t v = 0;

	if (len != 16)
		return false;
	for (size_t i = 0; i < 16; i++) {
		const char *digit =
		    p[i] != '\0' ? strchr("0123456789abcdef", p[i]) : NULL;

		if (digit == NULL)
			return false;
		v = v << 4 | (uint64_t)(digit - "0123456789abcdef");
	}
	*out = v;
	return true;
}

/* The next word of a line, or NULL. */
static char *
word(char **rest)
{
	return strsep(rest, " ");
}

static bool
take_file(char *line, struct manifest_entry *e)
{
	char *sum = word(&line), *bytes = word(&line), *head = word(&line);

	if (line == NULL)
		return false;
	e->name = line;
	return hex16(sum, strlen(sum), &e->sum) &&
	       number_u64(bytes, strlen(bytes), &e->bytes) &&
	       hex16(head, strlen(head), &e->head) && name_ok(e->name);
}

static bool
add(struct manifest *m, size_t *cap, const struct manifest_entry *e)
{
	if (m->n_entries > 0 &&
	    strcmp(m->entries[m->n_entries - 1].name, e->name) >= 0)
		return false;
	if (m->n_entries == *cap) {
		size_t n = *cap == 0 ? 256 : 2 * *cap;
		void *p = realloc(m->entries, n * sizeof(*m->entries));

		if (p == NULL)
			return false;
		m->entries = p;
		*cap = n;
	}
	m->entries[m->n_entries++] = *e;
	return true;
}

/* The last line: count, and the sum of everything before it. */
static bool
take_end(struct manifest *m, char *line, uint64_t sum_before)
{
	char *n = word(&line);
	uint64_t files, sum;

	return line != NULL && number_u64(n, strlen(n), &files) &&
	       hex16(line, strlen(line), &sum) && files == m->n_entries &&
	       sum == sum_before;
}

/* All lines after the front; the text is cut up in place. */
static bool
take_lines(struct manifest *m, char *p, const char *original, size_t *line_no)
{
	struct manifest_entry e;
	size_t cap = 0;

	for (;;) {
		char *line = p, *end = strchr(p, '\n');

		++*line_no;
		if (end == NULL)
			return false;
		*end = '\0';
		p = end + 1;
		if (strncmp(line, "end ", 4) == 0)
			return *p == '\0' &&
			       take_end(m, line + 4,
					XXH64(original,
					      (size_t)(line - m->text), 0));
		if (strncmp(line, "file ", 5) != 0 ||
		    !take_file(line + 5, &e) || !add(m, &cap, &e))
			return false;
	}
}

int
manifest_parse(struct manifest *out, const char *text, size_t len,
	       struct err *err)
{
	struct manifest m = {0};
	size_t line_no = 2;
	char *end;

	if (len < sizeof(FRONT) || memchr(text, '\0', len) != NULL ||
	    memcmp(text, FRONT, sizeof(FRONT) - 1) != 0)
		return err_set(err, ERR_CORRUPT,
			       "manifest: not a backup of ours");
	m.text = strndup(text, len);
	if (m.text == NULL)
		return err_set(err, ERR_NOMEM, "manifest: out of memory");
	end = strchr(m.text + sizeof(FRONT) - 1, '\n');
	if (end == NULL ||
	    !number_i64(m.text + sizeof(FRONT) - 1,
			(size_t)(end - m.text) - sizeof(FRONT) + 1,
			&m.created_s) ||
	    !take_lines(&m, end + 1, text, &line_no)) {
		manifest_free(&m);
		return err_set(err, ERR_CORRUPT,
			       "manifest: line %zu is damaged", line_no);
	}
	*out = m;
	return 0;
}

void
manifest_free(struct manifest *m)
{
	free(m->entries);
	free(m->text);
	*m = (struct manifest){0};
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(((const struct manifest_entry *)a)->name,
		      ((const struct manifest_entry *)b)->name);
}

const struct manifest_entry *
manifest_find(const struct manifest *m, const char *name)
{
	struct manifest_entry key = {.name = (char *)(uintptr_t)name};

	if (m->n_entries == 0)
		return NULL;
	return bsearch(&key, m->entries, m->n_entries, sizeof(key), by_name);
}

/* SPDX-License-Identifier: MIT */
/* The family registry on disk: see registry.h. */
#include "core/registry.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "core/buf.h"
#include "core/clock.h"
#include "core/file.h"
#include "core/state.h"

#define CHECK_EVERY_MS 1000

/* One family as it was last read.  An entry is never removed, and a family
 * that was replaced moves to `old`, so that borrowed pointers stay valid.
 * A name that no file has gets none: anybody may ask for any. */
struct entry {
	char name[FAMILY_MAX + 1];
	struct family *family;
	struct timespec mtime;
	off_t size;
	ino_t inode;
	int64_t checked_boot_ms;
};

struct registry {
	char folder[PATH_MAX];
	struct entry *entries; /* sorted by name */
	size_t n_entries;
	struct family **old;
	size_t n_old;
};

struct registry *
registry_new(const char *state, struct err *err)
{
	struct registry *r = calloc(1, sizeof(*r));

	if (r == NULL) {
		err_set(err, ERR_NOMEM, "registry: out of memory");
		return NULL;
	}
	if (state_path(state, STATE_FAMILIES, r->folder, sizeof(r->folder),
		       err) != 0) {
		free(r);
		return NULL;
	}
	return r;
}

void
registry_free(struct registry **r)
{
	if (r == NULL || *r == NULL)
		return;
	for (size_t i = 0; i < (*r)->n_entries; i++)
		family_free(&(*r)->entries[i].family);
	for (size_t i = 0; i < (*r)->n_old; i++)
		family_free(&(*r)->old[i]);
	free((*r)->entries);
	free((*r)->old);
	free(*r);
	*r = NULL;
}

/* The place of name in the sorted entries; *found tells whether it is there. */
static size_t
entry_place(const struct registry *r, const char *name, bool *found)
{
	size_t low = 0, high = r->n_entries;

	while (low < high) {
		size_t mid = low + (high - low) / 2;
		int order = strcmp(r->entries[mid].name, name);

		if (order == 0) {
			*found = true;
			return mid;
		}
		if (order < 0)
			low = mid + 1;
		else
			high = mid;
	}
	*found = false;
	return low;
}

/* Puts a new family in an entry's place and keeps the old one allocated. */
static int
entry_set(struct registry *r, struct entry *e, struct family *family,
	  struct err *err)
{
	if (e->family != NULL) {
		struct family **grown =
		    realloc(r->old, (r->n_old + 1) * sizeof(*grown));

		if (grown == NULL) {
			family_free(&family);
			return err_set(err, ERR_NOMEM,
				       "registry: out of memory");
		}
		r->old = grown;
		r->old[r->n_old++] = e->family;
	}
	e->family = family;
	return 0;
}

static int
file_name(const struct registry *r, const char *name, char out[PATH_MAX],
	  struct err *err)
{
	int n = snprintf(out, PATH_MAX, "%s/%s.json", r->folder, name);

	if (n < 0 || n >= PATH_MAX)
		return err_set(err, ERR_TOO_LARGE, "registry: name too long");
	return 0;
}

static bool
unchanged(const struct entry *e, const struct stat *st)
{
	return e->family != NULL && e->size == st->st_size &&
	       e->inode == st->st_ino &&
	       e->mtime.tv_sec == st->st_mtim.tv_sec &&
	       e->mtime.tv_nsec == st->st_mtim.tv_nsec;
}

/* Brings an entry up to date with its file. */
static int
entry_refresh(struct registry *r, struct entry *e, struct err *err)
{
	char path[PATH_MAX];
	struct family *family = NULL;
	struct stat st;
	struct buf text;

	if (file_name(r, e->name, path, err) != 0)
		return -1;
	if (stat(path, &st) != 0)
		return errno == ENOENT
			   ? err_set(err, ERR_NOT_FOUND,
				     "family %s is not known", e->name)
			   : err_sys(err, errno, "%s: stat", path);
	if (unchanged(e, &st))
		return 0;
	buf_init(&text, FAMILY_JSON_MAX);
	if (file_read(path, &text, err) == 0) {
		family = family_from_json(text.data, text.len, err);
		if (family == NULL)
			err_prefix(err, "%s", path);
	}
	buf_done(&text);
	if (family == NULL)
		return -1;
	if (strcmp(family->name, e->name) != 0) {
		family_free(&family);
		return err_set(err, ERR_INVALID, "%s: names another family",
			       path);
	}
	if (entry_set(r, e, family, err) != 0)
		return -1;
	e->mtime = st.st_mtim;
	e->size = st.st_size;
	e->inode = st.st_ino;
	return 0;
}

static int
entry_insert(struct registry *r, size_t at, struct entry *new, struct err *err)
{
	struct entry *grown =
	    realloc(r->entries, (r->n_entries + 1) * sizeof(*grown));

	if (grown == NULL) {
		family_free(&new->family);
		return err_set(err, ERR_NOMEM, "registry: out of memory");
	}
	memmove(&grown[at + 1], &grown[at],
		(r->n_entries - at) * sizeof(*grown));
	grown[at] = *new;
	r->entries = grown;
	r->n_entries++;
	return 0;
}

/* The entry of a name that was read less than max_age_ms ago, or is now. */
static const struct family *
look(struct registry *r, const char *name, int64_t max_age_ms, struct err *err)
{
	int64_t now_boot_ms = clock_boot_ms();
	struct entry new = {0}, *e;
	bool found;
	size_t at = entry_place(r, name, &found);

	e = found ? &r->entries[at] : &new;
	if (found && now_boot_ms - e->checked_boot_ms < max_age_ms)
		return e->family;
	if (!found)
		(void)snprintf(new.name, sizeof(new.name), "%s", name);
	/* one that was there and cannot be read now stays as it was */
	if (entry_refresh(r, e, err) != 0 && !found)
		return NULL;
	e->checked_boot_ms = now_boot_ms;
	if (!found && entry_insert(r, at, &new, err) != 0)
		return NULL;
	return r->entries[at].family;
}

const struct family *
registry_find(struct registry *r, const char *name, struct err *err)
{
	if (!family_name_valid(name, strlen(name))) {
		err_set(err, ERR_INVALID, "family \"%.60s\": not a valid name",
			name);
		return NULL;
	}
	return look(r, name, CHECK_EVERY_MS, err);
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static int
json_only(const struct dirent *d)
{
	size_t len = strlen(d->d_name);

	return len > 5 && strcmp(d->d_name + len - 5, ".json") == 0 &&
	       family_name_valid(d->d_name, len - 5);
}

/* The names in the folder, sorted; the caller frees each and the list. */
static char **
list_names(const char *folder, size_t *n_out)
{
	DIR *dir = opendir(folder);
	struct dirent *d;
	char **names = NULL;
	size_t n = 0;

	while (dir != NULL && (d = readdir(dir)) != NULL) {
		char **grown;

		if (!json_only(d))
			continue;
		grown = realloc(names, (n + 1) * sizeof(*names));
		if (grown == NULL)
			break;
		names = grown;
		names[n] = strndup(d->d_name, strlen(d->d_name) - 5);
		if (names[n] == NULL)
			break;
		n++;
	}
	if (dir != NULL)
		(void)closedir(dir);
	if (n > 0)
		qsort(names, n, sizeof(*names), by_name);
	*n_out = n;
	return names;
}

int
registry_each(struct registry *r, int (*fn)(const struct family *f, void *arg),
	      void *arg)
{
	size_t n;
	char **names = list_names(r->folder, &n);
	int rc = 0;

	for (size_t i = 0; i < n; i++) {
		const struct family *f = NULL;

		if (rc == 0)
			f = registry_find(r, names[i], NULL);
		if (f != NULL)
			rc = fn(f, arg);
		free(names[i]);
	}
	free(names);
	return rc;
}

int
registry_put(struct registry *r, const struct family *f, struct err *err)
{
	char path[PATH_MAX];
	struct buf text;
	int rc = -1;

	if (family_check(f, err) != 0 || file_name(r, f->name, path, err) != 0)
		return -1;
	buf_init(&text, FAMILY_JSON_MAX);
	family_to_json(f, &text);
	buf_char(&text, '\n');
	if (!buf_ok(&text))
		err_set(err, ERR_TOO_LARGE, "family %s: over %d bytes as JSON",
			f->name, FAMILY_JSON_MAX);
	else
		rc = file_write_changed(path, text.data, text.len, 0644, err);
	buf_done(&text);
	if (rc < 0 || look(r, f->name, 0, err) == NULL)
		return -1;
	return rc;
}

/* SPDX-License-Identifier: MIT */
/* Walking the user's own files: see content.h. */
#include "www/content.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "core/buf.h"
#include "core/file.h"
#include "www/site.h"

struct walk {
	struct site *site;
	const char *sub, *suffix;
	int (*fn)(struct site *s, const char *name, const char *file,
		  const struct buf *text, void *arg, struct err *err);
	void *arg;
};

static int
one_file(const struct walk *w, const char *entry, struct buf *text,
	 struct err *err)
{
	char path[PATH_MAX], name[NAME_MAX + 1], file[NAME_MAX + 64];
	size_t n = strlen(entry) - strlen(w->suffix);

	(void)snprintf(name, sizeof(name), "%.*s", (int)n, entry);
	(void)snprintf(file, sizeof(file), "%s/%s", w->sub, entry);
	if (strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_-") != n)
		return err_set(
		    err, ERR_CONFIG,
		    "%s: a name of small letters, digits, - and _, please: "
		    "it becomes an address",
		    file);
	if ((size_t)snprintf(path, sizeof(path), "%s/%s", w->site->dir, file) >=
	    sizeof(path))
		return err_set(err, ERR_CONFIG, "%s: name too long", file);
	buf_reset(text);
	if (file_read(path, text, err) != 0)
		return -1;
	return w->fn(w->site, name, file, text, w->arg, err);
}

static int
by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static int
has_suffix(const char *name, const char *suffix)
{
	size_t n = strlen(name), k = strlen(suffix);

	return name[0] != '.' && n > k && strcmp(name + n - k, suffix) == 0;
}

int
content_each(struct site *s, const char *sub, const char *suffix,
	     int (*fn)(struct site *s, const char *name, const char *file,
		       const struct buf *text, void *arg, struct err *err),
	     void *arg, struct err *err)
{
	struct walk w = {s, sub, suffix, fn, arg};
	struct dirent **list = NULL;
	struct err first = {0}, now;
	char path[PATH_MAX];
	struct buf text;
	int n, used = 0;

	(void)snprintf(path, sizeof(path), "%s/%s", s->dir, sub);
	n = scandir(path, &list, NULL, by_name);
	if (n < 0)
		return errno == ENOENT || errno == ENOTDIR
			   ? 0
			   : err_sys(err, errno, "%s: open", path);
	buf_init(&text, CONTENT_FILE_MAX);
	for (int i = 0; i < n; i++) {
		if (used < CONTENT_FILES_MAX &&
		    has_suffix(list[i]->d_name, suffix)) {
			used++;
			now = (struct err){0};
			if (one_file(&w, list[i]->d_name, &text, &now) != 0 &&
			    first.code == ERR_NONE)
				first = now;
		}
		free(list[i]);
	}
	free(list);
	buf_done(&text);
	if (first.code == ERR_NONE)
		return 0;
	*err = first;
	return -1;
}

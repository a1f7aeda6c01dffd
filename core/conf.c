/* SPDX-License-Identifier: MIT */
/*
 * The configuration as a whole: defaults, the file and its conf.d, and the
 * table written out as YAML or as a reference.  One document is read in
 * conf_parse.c.
 */
#include "core/conf.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/buf.h"
#include "core/conf_table.h"
#include "core/file.h"

#define FRAGMENTS_MAX 256

void
conf_defaults(struct conf *c)
{
	char name[256] = "";

	memset(c, 0, sizeof(*c));
	for (size_t i = 0; i < conf_n_rows; i++) {
		const struct conf_row *row = &conf_rows[i];

		if (row->standard != NULL && conf_row_map(row) == NULL)
			(void)conf_scalar_parse(row, row->standard,
						strlen(row->standard), false, c,
						NULL);
	}
	if (gethostname(name, sizeof(name) - 1) != 0 || name[0] == '\0')
		memcpy(name, "localhost", sizeof("localhost"));
	slug_make(name, strlen(name), c->host);
}

/* Reads and parses one file into c.  must: it has to exist. */
static int
load_file(struct conf *c, const char *path, bool must, struct buf *all,
	  struct err *err)
{
	struct buf text;
	struct err why = {0};
	int rc = 0;

	buf_init(&text, CONF_BYTES_MAX);
	if (file_read(path, &text, &why) == 0)
		rc = conf_parse(c, path, text.data, text.len, all, err);
	else if (must || why.code != ERR_NOT_FOUND) {
		if (why.code == ERR_TOO_LARGE)
			(void)err_set(&why, ERR_CONFIG, "%s:1:1: over %d bytes",
				      path, CONF_BYTES_MAX);
		rc = err_set(err, ERR_CONFIG, "%s", why.msg);
		if (all != NULL)
			buf_fmt(all, "%s\n", why.msg);
	}
	buf_done(&text);
	return rc;
}

static int
is_fragment(const struct dirent *d)
{
	size_t len = strlen(d->d_name);

	return d->d_name[0] != '.' && len > 4 &&
	       strcmp(d->d_name + len - 4, ".yml") == 0;
}

/* Bytewise, so that the order does not depend on the locale. */
static int
by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static int
load_fragment(struct conf *c, const char *folder, const char *name,
	      struct buf *all, struct err *err)
{
	struct buf path;
	int rc;

	buf_init(&path, PATH_MAX);
	buf_fmt(&path, "%s/%s", folder, name);
	rc = buf_ok(&path) ? load_file(c, path.data, true, all, err)
			   : err_set(err, ERR_CONFIG,
				     "%s: the file name is too long", folder);
	buf_done(&path);
	return rc;
}

static int
load_folder(struct conf *c, const char *folder, struct buf *all,
	    struct err *err)
{
	struct dirent **names = NULL;
	struct err later;
	int n = scandir(folder, &names, is_fragment, by_name), rc = 0;

	if (n < 0) {
		if (errno == ENOENT || errno == ENOTDIR)
			return 0;
		return err_set(err, ERR_CONFIG, "%s: %s", folder,
			       strerror(errno));
	}
	if (n > FRAGMENTS_MAX)
		rc = err_set(err, ERR_CONFIG, "%s: has over %d files", folder,
			     FRAGMENTS_MAX);
	for (int i = 0; i < n; i++) {
		if (n <= FRAGMENTS_MAX && (rc == 0 || all != NULL) &&
		    load_fragment(c, folder, names[i]->d_name, all,
				  rc == 0 ? err : &later) != 0)
			rc = -1;
		free(names[i]);
	}
	free(names);
	return rc;
}

int
conf_load(struct conf *c, const char *file, struct buf *all, struct err *err)
{
	const char *path = file != NULL ? file : CONF_FILE;
	const char *slash = strrchr(path, '/');
	struct conf next;
	struct err later;
	struct buf folder;
	int rc;

	conf_defaults(&next);
	rc = load_file(&next, path, file != NULL, all, err);
	if (rc != 0 && all == NULL)
		return -1;
	buf_init(&folder, PATH_MAX);
	if (slash != NULL)
		buf_put(&folder, path, (size_t)(slash + 1 - path));
	buf_str(&folder, "conf.d");
	if (!buf_ok(&folder))
		rc = err_set(err, ERR_CONFIG, "%.60s…: name too long", path);
	else if (load_folder(&next, folder.data, all, rc == 0 ? err : &later) !=
		 0)
		rc = -1;
	buf_done(&folder);
	if (rc == 0)
		*c = next;
	return rc;
}

const struct conf_collector *
conf_collector(const struct conf *c, const char *name)
{
	for (size_t i = 0; i < c->n_collectors; i++)
		if (strcmp(c->collectors[i].name, name) == 0)
			return &c->collectors[i];
	return NULL;
}

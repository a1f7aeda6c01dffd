/* SPDX-License-Identifier: MIT */
/* Templates and assets, built in or the user's: see theme.h. */
#include "www/theme.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include <xxhash.h>

#include "core/buf.h"
#include "core/file.h"
#include "core/html.h"
#include "www/builtin.h"
#include "www/out.h"

#define THEME_FILE_MAX	(2 << 20)
#define THEME_FILES_MAX 128
#define NAME_SIZE	80

enum theme_kind { TEMPLATE, ASSET };

struct theme_file {
	enum theme_kind kind;
	char name[NAME_SIZE];
	char public[NAME_SIZE + 16]; /* assets: "/a/site-1f0c2a9b.css" */
	char *data;		     /* owned, terminated */
	size_t len;
};

struct theme {
	char dir[PATH_MAX];
	struct theme_file files[THEME_FILES_MAX];
	size_t n;
	uint64_t hash;
};

static struct theme_file *
find(const struct theme *t, enum theme_kind kind, const char *name)
{
	for (size_t i = 0; i < t->n; i++)
		if (t->files[i].kind == kind &&
		    strcmp(t->files[i].name, name) == 0)
			return (struct theme_file *)&t->files[i];
	return NULL;
}

static void
name_publicly(struct theme_file *f)
{
	const char *dot = strrchr(f->name, '.');
	int stem = dot == NULL ? (int)strlen(f->name) : (int)(dot - f->name);

	(void)snprintf(f->public, sizeof(f->public), "/a/%.*s-%08x%s", stem,
		       f->name, (unsigned)XXH64(f->data, f->len, 0),
		       dot ? dot : "");
}

/* Takes a copy of data under that name, in place of what had it. */
static int
add(struct theme *t, enum theme_kind kind, const char *name, const char *data,
    size_t len, struct err *err)
{
	struct theme_file *f = find(t, kind, name);
	char *copy = malloc(len + 1);

	if (copy == NULL)
		return err_set(err, ERR_NOMEM, "theme file %s", name);
	memcpy(copy, data, len);
	copy[len] = '\0';
	if (f == NULL) {
		if (t->n == THEME_FILES_MAX) {
			free(copy);
			return err_set(err, ERR_TOO_LARGE,
				       "%s: over %d theme files", t->dir,
				       THEME_FILES_MAX);
		}
		f = &t->files[t->n++];
	}
	free(f->data);
	f->kind = kind;
	f->data = copy;
	f->len = len;
	(void)snprintf(f->name, sizeof(f->name), "%s", name);
	name_publicly(f);
	return 0;
}

/* Our own style sheets lose comments and blanks that mean nothing; strings
 * with such in them we do not write.  Returns the new length. */
static size_t
pack_css(char *s, size_t len)
{
	size_t n = 0;

	for (size_t i = 0; i < len; i++) {
		if (s[i] == '/' && i + 1 < len && s[i + 1] == '*') {
			const char *end = strstr(s + i + 2, "*/");

			i = end != NULL ? (size_t)(end - s) + 1 : len;
			continue;
		}
		if (strchr(" \t\n", s[i]) != NULL) {
			if (n == 0 || strchr(" {};:,>", s[n - 1]) != NULL)
				continue;
			s[n++] = ' ';
			continue;
		}
		if (strchr("{};,>", s[i]) != NULL && n > 0 && s[n - 1] == ' ')
			n--;
		if (s[i] == '}' && n > 0 && s[n - 1] == ';')
			n--;
		s[n++] = s[i];
	}
	s[n] = '\0';
	return n;
}

static int
add_builtin(struct theme *t, const struct builtin *b, struct err *err)
{
	const char *dot = strrchr(b->name, '.');
	struct theme_file *f;

	if (add(t, b->asset ? ASSET : TEMPLATE, b->name, b->data,
		(size_t)(b->end - b->data), err) != 0)
		return -1;
	f = &t->files[t->n - 1];
	if (dot != NULL && strcmp(dot, ".css") == 0) {
		f->len = pack_css(f->data, f->len);
		name_publicly(f);
	}
	return 0;
}

static int
name_ok(const char *name)
{
	size_t n = strlen(name);

	return n > 0 && n < NAME_SIZE && name[0] != '.' &&
	       strspn(name,
		      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
		      "0123456789._-") == n &&
	       name[n - 1] != '~';
}

static int
load_folder(struct theme *t, enum theme_kind kind, const char *sub,
	    struct err *err)
{
	char path[PATH_MAX + NAME_MAX + 32];
	struct dirent *e;
	struct buf b;
	DIR *d;
	int rc = 0;

	(void)snprintf(path, sizeof(path), "%s/%s", t->dir, sub);
	d = opendir(path);
	if (d == NULL)
		return errno == ENOENT || errno == ENOTDIR
			   ? 0
			   : err_sys(err, errno, "%s: open", path);
	buf_init(&b, THEME_FILE_MAX);
	while (rc == 0 && (e = readdir(d)) != NULL) {
		if (!name_ok(e->d_name))
			continue;
		(void)snprintf(path, sizeof(path), "%s/%s/%s", t->dir, sub,
			       e->d_name);
		buf_reset(&b);
		rc = file_read(path, &b, err);
		if (rc == 0)
			rc = add(t, kind, e->d_name, b.data, b.len, err);
	}
	buf_done(&b);
	(void)closedir(d);
	return rc;
}

static void
hash_all(struct theme *t)
{
	t->hash = 0;
	for (size_t i = 0; i < t->n; i++) {
		t->hash =
		    XXH64(t->files[i].name, strlen(t->files[i].name), t->hash);
		t->hash = XXH64(t->files[i].data, t->files[i].len, t->hash);
	}
}

struct theme *
theme_new(const char *dir, struct err *err)
{
	struct theme *t = calloc(1, sizeof(*t));
	int rc = 0;

	if (t == NULL) {
		err_set(err, ERR_NOMEM, "theme");
		return NULL;
	}
	for (const struct builtin *b = builtins; rc == 0 && b->name; b++)
		rc = add_builtin(t, b, err);
	if (rc == 0 && dir != NULL) {
		(void)snprintf(t->dir, sizeof(t->dir), "%s", dir);
		rc = load_folder(t, TEMPLATE, "templates", err);
		if (rc == 0)
			rc = load_folder(t, ASSET, "assets", err);
	}
	if (rc != 0) {
		theme_free(&t);
		return NULL;
	}
	hash_all(t);
	return t;
}

void
theme_free(struct theme **t)
{
	if (t == NULL || *t == NULL)
		return;
	for (size_t i = 0; i < (*t)->n; i++)
		free((*t)->files[i].data);
	free(*t);
	*t = NULL;
}

const char *
theme_asset(const struct theme *t, const char *name)
{
	const struct theme_file *f = find(t, ASSET, name);

	return f != NULL ? f->public : NULL;
}

uint64_t
theme_hash(const struct theme *t)
{
	return t->hash;
}

int
theme_publish(const struct theme *t, struct out *o, struct err *err)
{
	int rc = 0;

	o->stays = true;
	for (size_t i = 0; i < t->n && rc >= 0; i++) {
		const struct theme_file *f = &t->files[i];
		struct buf view = {.data = f->data, .len = f->len};

		if (f->kind == ASSET)
			rc = out_write(o, f->public + 1, &view, err);
	}
	o->stays = false;
	return rc < 0 ? -1 : 0;
}

static int
bad_hole(const struct theme_file *f, const char *at, const char *what,
	 size_t len, struct err *err)
{
	int line = 1;

	for (const char *p = f->data; p < at; p++)
		line += *p == '\n';
	return err_set(err, ERR_CONFIG, "templates/%s:%d: %.*s is not %s here",
		       f->name, line, (int)(len < 60 ? len : 60), at, what);
}

static int
fill_hole(const struct theme *t, const struct theme_file *f, const char *at,
	  size_t len, const struct slot *slots, size_t n_slots, struct site *s,
	  const void *arg, struct buf *b, struct err *err)
{
	char name[NAME_SIZE + 8];
	const char *path;

	(void)snprintf(name, sizeof(name), "%.*s", (int)len, at);
	if (strncmp(name, "asset:", 6) == 0) {
		path = theme_asset(t, name + 6);
		if (path == NULL)
			return bad_hole(f, at, "an asset", len, err);
		html_attr(b, path);
		return 0;
	}
	for (size_t i = 0; i < n_slots; i++) {
		if (strcmp(slots[i].name, name) != 0)
			continue;
		if (slots[i].fn != NULL)
			slots[i].fn(s, arg, b);
		else if (slots[i].html != NULL)
			buf_put(b, slots[i].html->data, slots[i].html->len);
		else
			html_text(b, slots[i].text);
		return 0;
	}
	return bad_hole(f, at, "a known slot", len, err);
}

int
theme_fill(const struct theme *t, const char *name, const struct slot *slots,
	   size_t n_slots, struct site *s, const void *arg, struct buf *b,
	   struct err *err)
{
	const struct theme_file *f = find(t, TEMPLATE, name);
	const char *p, *open, *close;

	if (f == NULL)
		return err_set(err, ERR_NOT_FOUND, "template %s", name);
	for (p = f->data; (open = strstr(p, "{{")) != NULL; p = close + 2) {
		buf_put(b, p, (size_t)(open - p));
		close = strstr(open, "}}");
		if (close == NULL)
			return bad_hole(f, open, "closed", 2, err);
		if (fill_hole(t, f, open + 2, (size_t)(close - open - 2), slots,
			      n_slots, s, arg, b, err) != 0)
			return -1;
	}
	buf_str(b, p);
	return 0;
}

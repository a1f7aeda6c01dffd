/* SPDX-License-Identifier: MIT */
/* Reading the inbox: see inbox.h. */
#include "events/inbox.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/clock.h"
#include "core/file.h"
#include "core/state.h"

#define BAD_FOLDER  "bad"
#define STALE_TMP_S 3600
#define NAMES_MAX   (INBOX_FILES_MAX + 64)
#define NAME_LETTERS                                                           \
	"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ._-"

cJSON *
inbox_parse(const char *text, size_t len, struct err *err)
{
	cJSON *json = json_parse(text, len, INBOX_BYTES_MAX, err);

	if (json != NULL && !cJSON_IsObject(json)) {
		cJSON_Delete(json);
		err_set(err, ERR_INVALID, "inbox: not a JSON object");
		return NULL;
	}
	return json;
}

static int
is_name(const char *s)
{
	size_t n = strlen(s);

	return n > 5 && n < INBOX_NAME_SIZE && s[0] != '.' &&
	       strspn(s, NAME_LETTERS) == n && strcmp(s + n - 5, ".json") == 0;
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(a, b);
}

/* A writer that was killed leaves its temporary name; sweep old ones. */
static void
sweep(int dirfd, const char *name)
{
	struct stat st;

	if (fstatat(dirfd, name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
	    S_ISREG(st.st_mode) &&
	    clock_wall_s() - st.st_mtim.tv_sec > STALE_TMP_S)
		(void)unlinkat(dirfd, name, 0);
}

/* The names that end in .json, sorted; *n of them; the caller frees. */
static char (*list(int dirfd, size_t *n))[INBOX_NAME_SIZE]
{
	char(*names)[INBOX_NAME_SIZE] = calloc(NAMES_MAX, sizeof(*names));
	int copy = openat(dirfd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = copy >= 0 ? fdopendir(copy) : NULL;
	struct dirent *d;

	*n = 0;
	if (dir == NULL && copy >= 0)
		(void)close(copy);
	while (names != NULL && dir != NULL && *n < NAMES_MAX &&
	       (d = readdir(dir)) != NULL) {
		if (is_name(d->d_name))
			memcpy(names[(*n)++], d->d_name, strlen(d->d_name) + 1);
		else
			sweep(dirfd, d->d_name);
	}
	if (dir != NULL)
		(void)closedir(dir);
	if (names != NULL)
		qsort(names, *n, sizeof(*names), by_name);
	return names;
}

static size_t
count_bad(int dirfd)
{
	int fd = openat(dirfd, BAD_FOLDER, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = fd >= 0 ? fdopendir(fd) : NULL;
	size_t n = 0;

	if (dir == NULL) {
		if (fd >= 0)
			(void)close(fd);
		return 0;
	}
	while (readdir(dir) != NULL)
		n++;
	(void)closedir(dir);
	return n > 2 ? n - 2 : 0;
}

/* Reads at most the limit and one byte; the length, or -1 with errno. */
static ssize_t
read_item(int dirfd, const char *name, char *text, size_t size)
{
	struct stat st;
	size_t n = 0;
	ssize_t got = -1;
	int saved = EINVAL;
	int fd =
	    openat(dirfd, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);

	if (fd < 0)
		return -1;
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode)) {
		while (n < size && (got = read(fd, text + n, size - n)) > 0)
			n += (size_t)got;
		saved = errno;
	}
	(void)close(fd);
	errno = saved;
	return got < 0 ? -1 : (ssize_t)n;
}

/* A fence lets nothing be renamed into another folder (core/confine.h). */
static int
copy_bad(int dirfd, const char *name, const char *to)
{
	char piece[INBOX_BYTES_MAX + 1];
	ssize_t n = read_item(dirfd, name, piece, sizeof(piece));
	int fd, rc = -1;

	if (n < 0)
		return -1;
	fd = openat(dirfd, to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0640);
	if (fd < 0)
		return -1;
	if (file_write_all(fd, piece, (size_t)n) == 0)
		rc = unlinkat(dirfd, name, 0);
	(void)close(fd);
	return rc;
}

static void
quarantine(int dirfd, const char *name)
{
	char to[INBOX_NAME_SIZE + 8];

	(void)mkdirat(dirfd, BAD_FOLDER, 0750);
	(void)snprintf(to, sizeof(to), BAD_FOLDER "/%s", name);
	if (count_bad(dirfd) >= INBOX_BAD_MAX ||
	    (renameat(dirfd, name, dirfd, to) != 0 &&
	     copy_bad(dirfd, name, to) != 0))
		(void)unlinkat(dirfd, name, 0);
}

/* Whether it is the machine that fails, and not the message that is bad. */
static int
may_pass(int error)
{
	static const int passing[] = {EIO,    ENOMEM, EMFILE,
				      ENFILE, EINTR,  ENOENT};

	for (size_t i = 0; i < sizeof(passing) / sizeof(passing[0]); i++)
		if (error == passing[i])
			return 1;
	return 0;
}

static int
open_folder(const char *state, char folder[PATH_MAX], struct err *err)
{
	int fd;

	if (state_path(state, STATE_INBOX, folder, PATH_MAX, err) != 0)
		return -1;
	fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		err_sys(err, errno, "%s: open", folder);
	return fd;
}

int
inbox_read(const char *state, struct inbox *in, struct err *err)
{
	char(*names)[INBOX_NAME_SIZE];
	char *text;
	size_t n = 0;
	int fd;

	in->n = in->n_bad = 0;
	fd = open_folder(state, in->folder, err);
	if (fd < 0)
		return errno == ENOENT ? 0 : -1;
	text = malloc(INBOX_BYTES_MAX + 1);
	names = list(fd, &n);
	for (size_t i = 0;
	     names != NULL && text != NULL && i < n && in->n < INBOX_BATCH_MAX;
	     i++) {
		struct inbox_item *item = &in->items[in->n];
		ssize_t len =
		    read_item(fd, names[i], text, INBOX_BYTES_MAX + 1);

		if (len < 0 && may_pass(errno))
			continue; /* the next time */
		item->json =
		    len < 0 ? NULL : inbox_parse(text, (size_t)len, NULL);
		if (item->json == NULL) {
			quarantine(fd, names[i]);
			in->n_bad++;
			continue;
		}
		memcpy(item->name, names[i], sizeof(item->name));
		in->n++;
	}
	free(names);
	free(text);
	(void)close(fd);
	return 0;
}

/* Whether a name is "…-TAG.json". */
static int
has_tag(const char *name, const char *tag)
{
	size_t n = strlen(name), k = strlen(tag) + sizeof("-.json") - 1;

	return n > k && name[n - k] == '-' &&
	       memcmp(name + n - k + 1, tag, strlen(tag)) == 0;
}

static int
peek_one(int fd, const char *name, char *text,
	 int (*fn)(const char *name, const cJSON *json, void *arg), void *arg)
{
	ssize_t len = read_item(fd, name, text, INBOX_BYTES_MAX + 1);
	cJSON *json = len < 0 ? NULL : inbox_parse(text, (size_t)len, NULL);
	int rc = json != NULL ? fn(name, json, arg) : 0;

	cJSON_Delete(json);
	return rc;
}

int
inbox_peek(const char *state, const char *tag,
	   int (*fn)(const char *name, const cJSON *json, void *arg), void *arg,
	   struct err *err)
{
	char folder[PATH_MAX];
	char(*names)[INBOX_NAME_SIZE];
	char *text;
	size_t n = 0;
	int fd, rc = 0;

	fd = open_folder(state, folder, err);
	if (fd < 0)
		return errno == ENOENT ? 0 : -1;
	text = malloc(INBOX_BYTES_MAX + 1);
	names = list(fd, &n);
	if (text == NULL || names == NULL)
		rc = err_set(err, ERR_NOMEM, "inbox: out of memory");
	for (size_t i = 0; i < n && rc == 0; i++)
		if (has_tag(names[i], tag))
			rc = peek_one(fd, names[i], text, fn, arg);
	free(names);
	free(text);
	(void)close(fd);
	return rc;
}

void
inbox_refuse(struct inbox *in, size_t i)
{
	int fd = open(in->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		return;
	quarantine(fd, in->items[i].name);
	in->items[i].name[0] = '\0';
	in->n_bad++;
	(void)close(fd);
}

int
inbox_remove(struct inbox *in, struct err *err)
{
	int fd, rc = 0;

	if (in->n == 0)
		return 0;
	fd = open(in->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return err_sys(err, errno, "%s: open", in->folder);
	for (size_t i = 0; i < in->n; i++)
		if (in->items[i].name[0] != '\0' &&
		    unlinkat(fd, in->items[i].name, 0) != 0 && errno != ENOENT)
			rc = err_sys(err, errno, "%s/%s: remove", in->folder,
				     in->items[i].name);
	(void)close(fd);
	return rc;
}

void
inbox_done(struct inbox *in)
{
	for (size_t i = 0; i < in->n; i++)
		cJSON_Delete(in->items[i].json);
	in->n = 0;
}

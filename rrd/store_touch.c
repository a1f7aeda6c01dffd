/* SPDX-License-Identifier: MIT */
/* The mapped note of what librrd is working on: see store_impl.h. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "rrd/store_impl.h"
#include "rrd/table.h"

_Static_assert(sizeof(struct store_touch) <= TOUCH_BYTES, "store.touch");

static struct store_touch *volatile touched;

/* Notes that it was SIGBUS and lets it kill us. */
static void
on_sigbus(int sig)
{
	if (touched != NULL && touched->in_update != 0)
		touched->sigbus = 1;
	(void)signal(sig, SIG_DFL);
	(void)raise(sig);
}

int
store_touch_open(struct store *s, struct err *err)
{
	struct sigaction sa = {.sa_handler = on_sigbus,
			       .sa_flags = (int)SA_RESETHAND};
	char name[PATH_MAX];
	unsigned char boot[16];
	void *p;
	int e;

	if (state_path(s->state, TOUCH_NAME, name, sizeof(name), err) != 0)
		return -1;
	s->touch_fd = open(name, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
	if (s->touch_fd < 0)
		return err_sys(err, errno, "%s: open", name);
	e = posix_fallocate(s->touch_fd, 0, TOUCH_BYTES);
	if (e != 0)
		return err_sys(err, e, "%s: allocate", name);
	p = mmap(NULL, TOUCH_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED,
		 s->touch_fd, 0);
	if (p == MAP_FAILED)
		return err_sys(err, errno, "%s: mmap", name);
	s->touch = p;
	table_boot_id(boot);
	if (memcmp(s->touch->magic, TOUCH_MAGIC, 8) != 0 ||
	    memcmp(s->touch->boot_id, boot, 16) != 0) {
		memset(s->touch, 0, sizeof(*s->touch));
		memcpy(s->touch->magic, TOUCH_MAGIC, 8);
		memcpy(s->touch->boot_id, boot, 16);
	}
	s->touch->path[PATH_SIZE - 1] = '\0';
	touched = s->touch;
	(void)sigaction(SIGBUS, &sa, NULL);
	return 0;
}

void
store_touch_close(struct store *s)
{
	touched = NULL;
	if (s->touch != NULL)
		(void)munmap(s->touch, TOUCH_BYTES);
	if (s->touch_fd >= 0)
		(void)close(s->touch_fd);
	s->touch = NULL;
	s->touch_fd = -1;
}

void
store_touch_begin(struct store *s, const struct store_file *f)
{
	struct store_touch *t = s->touch;

	if (strcmp(t->path, f->path) != 0) {
		memcpy(t->path, f->path, (size_t)f->path_bytes + 1);
		t->deaths = 0;
	}
	t->sigbus = 0;
	__atomic_store_n(&t->in_update, 1, __ATOMIC_SEQ_CST);
}

void
store_touch_end(struct store *s)
{
	__atomic_store_n(&s->touch->in_update, 0, __ATOMIC_SEQ_CST);
}

int
store_alive(const struct store *s, struct err *err)
{
	char c;

	/* the lock is empty: only a file system that is gone says more */
	if (pread(s->lock_fd, &c, 1, 0) >= 0)
		return 0;
	return err_sys(err, errno, "%s: state folder", s->state);
}

void
store_trouble(struct store *s, const struct err *err)
{
	char *text = s->touch->trouble;

	if (err == NULL && s->n_pending > 0 && s->n_reported > 0) {
		(void)snprintf(text, sizeof(s->touch->trouble),
			       "%zu samples wait for archives that cannot be "
			       "written",
			       s->n_pending);
		return;
	}
	if (err == NULL && text[0] == '\0')
		return;
	if (store_alive(s, NULL) == 0)
		(void)snprintf(text, sizeof(s->touch->trouble), "%s",
			       err != NULL ? err->msg : "");
}

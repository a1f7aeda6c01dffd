/* SPDX-License-Identifier: MIT */
/* The table of notifiers and what they share: see notify.h. */
#include "alert/notify.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/buf.h"
#include "core/file.h"
#include "core/net.h"

#define X(name) extern const struct notifier name;
#include "gen/notify_table.h"
#undef X

#define X(name) &name,
const struct notifier *const notifiers[] = {
#include "gen/notify_table.h"
    NULL,
};
#undef X

#define SECRET_MAX   4096
#define ANSWER_BYTES 65536

const struct notifier *
notifier_find(const char *name)
{
	for (size_t i = 0; notifiers[i] != NULL; i++)
		if (strcmp(notifiers[i]->name, name) == 0)
			return notifiers[i];
	return NULL;
}

const char *
channel_get(const struct channel *c, const char *name)
{
	for (size_t i = 0; i < c->n_options; i++)
		if (strcmp(c->options[i].name, name) == 0)
			return c->options[i].value;
	return NULL;
}

static bool
is_known(const struct notifier *n, const char *name)
{
	for (const struct notify_option *o = n->options; o->name != NULL; o++)
		if (strcmp(o->name, name) == 0)
			return true;
	return false;
}

int
channel_check(const struct channel *c, struct err *err)
{
	const struct notifier *n = c->notifier;

	for (size_t i = 0; i < c->n_options; i++)
		if (!is_known(n, c->options[i].name))
			return err_set(err, ERR_CONFIG,
				       "channel %s: %s has no option %s",
				       c->name, n->name, c->options[i].name);
	for (const struct notify_option *o = n->options; o->name != NULL; o++)
		if (o->required && channel_get(c, o->name) == NULL)
			return err_set(err, ERR_CONFIG,
				       "channel %s: %s: is missing (%s)",
				       c->name, o->name, o->help);
	return n->check != NULL ? n->check(c, err) : 0;
}

/* Nobody but the owner and the group may read a secret. */
static int
check_mode(const char *path, struct err *err)
{
	struct stat st;

	if (stat(path, &st) != 0)
		return err_sys(err, errno, "%s: open", path);
	if ((st.st_mode & S_IRWXO) != 0)
		return err_set(err, ERR_DENIED,
			       "%s: everybody may read this secret: chmod o= "
			       "it first",
			       path);
	return 0;
}

int
channel_secret(const struct channel *c, const char *name, struct buf *out,
	       struct err *err)
{
	char option[48];
	const char *path;

	(void)snprintf(option, sizeof(option), "%s-file", name);
	path = channel_get(c, option);
	if (path == NULL)
		return 1;
	buf_init(out, SECRET_MAX);
	if (check_mode(path, err) != 0 || file_read(path, out, err) != 0) {
		buf_done(out);
		return -1;
	}
	while (out->len > 0 && strchr("\r\n", out->data[out->len - 1]) != NULL)
		buf_cut(out, out->len - 1);
	if (out->len == 0 || strlen(out->data) != out->len) {
		buf_done(out);
		return err_set(err, ERR_INVALID, "%s: no secret in it", path);
	}
	return 0;
}

static bool
may_help(long status)
{
	return status == 408 || status == 425 || status == 429 || status >= 500;
}

int
notify_post(struct delivery *d, struct net_request *q, const char *body,
	    size_t len, struct err *err)
{
	struct net_reply reply = {0};
	int rc;

	q->body = body;
	q->body_len = len;
	buf_init(&reply.body, ANSWER_BYTES);
	rc = net_http(q, &reply, err);
	if (rc != 0) {
		d->final = err != NULL && err->code == ERR_INVALID;
	} else if (reply.status < 200 || reply.status > 299) {
		char said[80];

		message_copy(said, sizeof(said), reply.body.data);
		d->final = !may_help(reply.status);
		d->retry_after_s = reply.retry_after_s;
		rc = err_set(err, d->final ? ERR_DENIED : ERR_IO,
			     "answered %ld: %s", reply.status, said);
	}
	buf_done(&reply.body);
	return rc;
}

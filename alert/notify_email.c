/* SPDX-License-Identifier: MIT */
/*
 * Mail with the graph inside: by SMTP, or through the local sendmail when no
 * server is named.  Messages of one group form a thread.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "alert/notify.h"
#include "core/buf.h"
#include "core/file.h"
#include "core/net.h"

#define TEXT_BYTES (256 * 1024)
#define MAIL_BYTES (16 * 1024 * 1024)

static const struct notify_option options[] = {
    {"to", true, "addresses, with blanks or commas between"},
    {"from", false, "sender; robin@HOST of the machine"},
    {"server", false, "smtp://HOST:25 or smtps://HOST; else sendmail"},
    {"tls", false, "required (default with a user) or off"},
    {"user", false, "for the server, with password-file"},
    {"password-file", false, "file with the password, not for everybody"},
    {"ca-file", false, "certificates to trust instead of the system's"},
    {"sendmail", false, "the program; /usr/sbin/sendmail"},
    {NULL, false, NULL},
};

/* Cuts the list in `list` into mail addresses. */
static int
split_to(char *list, struct net_mail *m, struct err *err)
{
	char *save = NULL;

	for (char *a = strtok_r(list, ", ", &save); a != NULL;
	     a = strtok_r(NULL, ", ", &save)) {
		if (m->n_to == NET_MAIL_TO_MAX)
			return err_set(err, ERR_CONFIG, "to: over %d addresses",
				       NET_MAIL_TO_MAX);
		if (!net_mail_address(a))
			return err_set(err, ERR_CONFIG,
				       "to: \"%.60s\" is not an address", a);
		m->to[m->n_to++] = a;
	}
	return m->n_to > 0 ? 0 : err_set(err, ERR_CONFIG, "to: nobody");
}

static int
check(const struct channel *c, struct err *err)
{
	const char *server = channel_get(c, "server");
	const char *from = channel_get(c, "from");
	const char *tls = channel_get(c, "tls");
	struct net_mail m = {0};
	char list[400];

	(void)snprintf(list, sizeof(list), "%s", channel_get(c, "to"));
	if (split_to(list, &m, err) != 0)
		return err_prefix(err, "channel %s", c->name);
	if (server != NULL && strncmp(server, "smtp://", 7) != 0 &&
	    strncmp(server, "smtps://", 8) != 0)
		return err_set(err, ERR_CONFIG,
			       "channel %s: server: smtp:// or smtps://",
			       c->name);
	if (tls != NULL && strcmp(tls, "required") != 0 &&
	    strcmp(tls, "off") != 0)
		return err_set(err, ERR_CONFIG,
			       "channel %s: tls: required or off", c->name);
	if (from != NULL && !net_mail_address(from))
		return err_set(err, ERR_CONFIG,
			       "channel %s: from: \"%.60s\" is no address",
			       c->name, from);
	if ((channel_get(c, "user") != NULL) !=
	    (channel_get(c, "password-file") != NULL))
		return err_set(err, ERR_CONFIG,
			       "channel %s: user: and password-file: go "
			       "together",
			       c->name);
	return 0;
}

/* Runs sendmail with the message on its standard input. */
static int
run_sendmail(const char *program, const struct net_mail *m,
	     const struct buf *text, struct err *err)
{
	char *argv[NET_MAIL_TO_MAX + 8] = {(char *)program, (char *)"-i",
					   (char *)"-f", (char *)m->from,
					   (char *)"--"};
	int fds[2], status = 0;
	pid_t pid;

	for (size_t i = 0; i < m->n_to; i++)
		argv[5 + i] = (char *)m->to[i];
	if (pipe2(fds, O_CLOEXEC) != 0)
		return err_sys(err, errno, "pipe");
	pid = fork();
	if (pid == 0) {
		(void)dup2(fds[0], STDIN_FILENO);
		(void)execv(program, argv);
		_exit(127);
	}
	(void)close(fds[0]);
	if (pid > 0)
		(void)file_write_all(fds[1], text->data, text->len);
	(void)close(fds[1]);
	if (pid < 0)
		return err_sys(err, errno, "fork");
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return 0;
	return err_set(err, ERR_IO, "%s: %s %d", program,
		       WIFSIGNALED(status) ? "killed by signal" : "exit status",
		       WIFSIGNALED(status) ? WTERMSIG(status)
					   : WEXITSTATUS(status));
}

static int
send_local(const struct channel *c, const struct net_mail *m, struct err *err)
{
	const char *program = channel_get(c, "sendmail");
	struct buf text;
	int rc;

	if (program == NULL)
		program = "/usr/sbin/sendmail";
	if (access(program, X_OK) != 0)
		return err_sys(err, errno, "%s (name a server: in the channel)",
			       program);
	buf_init(&text, MAIL_BYTES);
	rc = net_mail_text(m, &text, err);
	if (rc == 0)
		rc = run_sendmail(program, m, &text, err);
	buf_done(&text);
	return rc;
}

static int
send_smtp(struct delivery *d, struct net_mail *m, struct err *err)
{
	const struct channel *c = d->channel;
	const char *tls = channel_get(c, "tls");
	struct buf password;
	int secret = channel_secret(c, "password", &password, err), rc;

	if (secret < 0)
		return -1;
	m->server = channel_get(c, "server");
	m->ca_file = channel_get(c, "ca-file");
	m->user = channel_get(c, "user");
	m->password = secret == 0 ? password.data : NULL;
	m->tls = tls != NULL ? strcmp(tls, "required") == 0 : m->user != NULL;
	rc = net_smtp(m, err);
	if (secret == 0)
		buf_done(&password);
	d->final = rc != 0 && err != NULL &&
		   (err->code == ERR_INVALID || err->code == ERR_DENIED);
	return rc;
}

static void
sender(const struct channel *c, char out[256])
{
	const char *from = channel_get(c, "from");
	char host[128] = "localhost";

	(void)gethostname(host, sizeof(host) - 1);
	if (from != NULL)
		(void)snprintf(out, 256, "%s", from);
	else
		(void)snprintf(out, 256, "robin@%s", host);
}

static int
send_mail(struct delivery *d, struct err *err)
{
	struct buf subject, text, html;
	char list[400], from[256], id[128], thread[128];
	struct net_mail m = {.png = d->png, .png_len = d->png_len};
	int rc;

	buf_init(&subject, 1024);
	buf_init(&text, TEXT_BYTES);
	buf_init(&html, 2 * TEXT_BYTES);
	message_title(d->message, &subject);
	message_text(d->message, &text);
	message_html(d->message, d->png != NULL, &html);
	sender(d->channel, from);
	(void)snprintf(id, sizeof(id), "%s@robin", d->message->id);
	(void)snprintf(thread, sizeof(thread), "%s@robin.group",
		       d->message->topic);
	(void)snprintf(list, sizeof(list), "%s", channel_get(d->channel, "to"));
	m.from = from;
	m.subject = subject.data;
	m.message_id = id;
	m.thread = d->message->topic[0] != '\0' ? thread : NULL;
	m.time_s = d->message->time_s;
	m.text = text.data;
	m.html = html.data;
	rc = split_to(list, &m, err);
	if (rc != 0)
		d->final = true;
	else if (channel_get(d->channel, "server") != NULL)
		rc = send_smtp(d, &m, err);
	else
		rc = send_local(d->channel, &m, err);
	buf_done(&subject);
	buf_done(&text);
	buf_done(&html);
	return rc;
}

static bool
starts_program(const struct channel *c)
{
	return channel_get(c, "server") == NULL;
}

const struct notifier notify_email = {
    .name = "email",
    .help = "mail by SMTP or the local sendmail, with the graph in it",
    .wants_png = true,
    .options = options,
    .starts_program = starts_program,
    .check = check,
    .send = send_mail,
};

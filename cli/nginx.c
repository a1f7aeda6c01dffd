/* SPDX-License-Identifier: MIT */
/* nginx as `robin run` starts it: see nginx.h. */
#include "cli/nginx.h"

#include <errno.h>
#include <grp.h>
#include <limits.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/cli.h"
#include "core/file.h"
#include "core/state.h"

int
nginx_find(char *out, size_t size, struct err *err)
{
	const char *path = getenv("PATH");
	char folders[4096];

	(void)snprintf(folders, sizeof(folders),
		       "%s:/usr/sbin:/usr/local/sbin:/usr/bin:/usr/local/bin",
		       path != NULL ? path : "");
	for (const char *p = folders; *p != '\0';) {
		size_t len = strcspn(p, ":");
		int n = snprintf(out, size, "%.*s/nginx", (int)len, p);

		if (len > 0 && n > 0 && (size_t)n < size &&
		    access(out, X_OK) == 0)
			return 0;
		p += len + (p[len] == ':');
	}
	return err_set(err, ERR_NOT_FOUND,
		       "nginx is not installed (apt-get install nginx-light)");
}

int
nginx_folder(char *out, size_t size, struct err *err)
{
	static const char *const places[] = {"../../nginx",
					     "../share/robin/nginx"};
	char bin[PATH_MAX];

	if (cli_bin_folder(bin, sizeof(bin), err) != 0)
		return -1;
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		char path[PATH_MAX + 64], real[PATH_MAX];

		(void)snprintf(path, sizeof(path), "%s/%s/nginx.conf", bin,
			       places[i]);
		if (realpath(path, real) == NULL || strlen(real) >= size)
			continue;
		memcpy(out, real, strlen(real) + 1);
		*strrchr(out, '/') = '\0';
		return 0;
	}
	return err_set(err, ERR_NOT_FOUND,
		       "the shipped nginx.conf is neither in %.60s/../../nginx "
		       "nor in ../share/robin/nginx (install Robin again, or "
		       "name its folder with --nginx)",
		       bin);
}

static int
write_conf(const char *state, const char *name, const char *text,
	   struct err *err)
{
	char path[PATH_MAX];

	if (state_path(state, name, path, sizeof(path), err) != 0)
		return -1;
	return file_write(path, text, strlen(text), 0644, err);
}

/* A link to target, replacing what stands there. */
static int
link_to(const char *target, const char *state, const char *name,
	struct err *err)
{
	char path[PATH_MAX];

	if (state_path(state, name, path, sizeof(path), err) != 0)
		return -1;
	if (unlink(path) != 0 && errno != ENOENT)
		return err_sys(err, errno, "%s: unlink", path);
	if (symlink(target, path) != 0)
		return err_sys(err, errno, "%s: symlink", path);
	return 0;
}

/*
 * Only root may switch users: workers then become the state's owner, with the
 * owner's group, which need not have the same name.  nginx knows users by
 * name only, so the workers of an owner without one stay root's.
 */
static int
write_user(const char *state, struct err *err)
{
	const struct passwd *owner;
	const struct group *group;
	char path[PATH_MAX], text[600];
	struct stat st;

	if (state_path(state, STATE_RUN "/user.conf", path, sizeof(path),
		       err) != 0)
		return -1;
	if (geteuid() != 0) {
		if (unlink(path) != 0 && errno != ENOENT)
			return err_sys(err, errno, "%s: unlink", path);
		return 0;
	}
	if (stat(state, &st) != 0)
		return err_sys(err, errno, "%s: stat", state);
	owner = getpwuid(st.st_uid);
	group = owner != NULL ? getgrgid(owner->pw_gid) : NULL;
	(void)snprintf(text, sizeof(text), "user %.255s%s%.255s;\n",
		       owner != NULL ? owner->pw_name : "root",
		       group != NULL ? " " : "",
		       group != NULL ? group->gr_name : "");
	return write_conf(state, STATE_RUN "/user.conf", text, err);
}

int
nginx_prepare(const char *state, const char *where, const char *folder,
	      struct err *err)
{
	char real[PATH_MAX], probe[PATH_MAX + 16], text[128];

	if (folder == NULL) {
		if (nginx_folder(real, sizeof(real), err) != 0)
			return -1;
	} else {
		(void)snprintf(probe, sizeof(probe), "%s/nginx.conf", folder);
		if (access(probe, R_OK) != 0)
			return err_sys(err, errno, "--nginx: %s", probe);
		if (realpath(folder, real) == NULL)
			return err_sys(err, errno, "--nginx: %s", folder);
	}
	(void)snprintf(text, sizeof(text), "listen %s;\n", where);
	if (write_conf(state, STATE_RUN "/listen.conf", text, err) != 0 ||
	    write_user(state, err) != 0 ||
	    link_to(real, state, STATE_RUN "/nginx", err) != 0)
		return -1;
	return link_to("nginx/nginx.conf", state, STATE_RUN "/nginx.conf", err);
}

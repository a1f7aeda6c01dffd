/* SPDX-License-Identifier: MIT */
/*
 * nginx as `robin run` starts it: where it is, and the files in STATE/run
 * that its shipped configuration includes (nginx/nginx.conf says which).
 */
#ifndef CLI_NGINX_H
#define CLI_NGINX_H

#include <stddef.h>

#include "core/err.h"

/* Finds the program in PATH and the sbin folders. */
int nginx_find(char *out, size_t size, struct err *err);

/*
 * Finds the folder of the shipped configuration: beside the build tree, or
 * share/robin/nginx of the program's prefix.
 */
int nginx_folder(char *out, size_t size, struct err *err);

/*
 * Writes listen.conf (and as root user.conf: who owns the state folder) and
 * links the configuration into STATE/run.  folder NULL: the shipped one.
 */
int nginx_prepare(const char *state, const char *where, const char *folder,
		  struct err *err);

#endif

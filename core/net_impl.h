/* SPDX-License-Identifier: MIT */
/* What net.c and net_mail.c share; nobody else includes it. */
#ifndef CORE_NET_IMPL_H
#define CORE_NET_IMPL_H

#include "core/net.h"

/* The mail's header lines, without line ends, each appended by add; stops
 * and returns what add returns when it is not 0. */
int net_mail_headers(const struct net_mail *m,
		     int (*add)(void *arg, const char *line), void *arg);

/* Refuses a mail with a bad address or without a recipient. */
int net_mail_check(const struct net_mail *m, struct err *err);

#endif

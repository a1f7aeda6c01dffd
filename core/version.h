/* SPDX-License-Identifier: MIT */
/* The version every program, page and header reports. */
#ifndef CORE_VERSION_H
#define CORE_VERSION_H

#define ROBIN_VERSION "0.1.0"

#endif

/* SPDX-License-Identifier: MIT */
/* Turns the C library's traps into compile errors; every .c file gets it. */
#ifndef CORE_BANNED_H
#define CORE_BANNED_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#pragma GCC poison strcpy strcat strncpy strncat sprintf vsprintf gets strtok
#pragma GCC poison atoi atol atoll atof gmtime localtime ctime asctime
#pragma GCC poison tmpnam mktemp

#endif

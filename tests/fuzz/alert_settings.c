/* SPDX-License-Identifier: MIT */
/* The alert file: whatever it holds, it is refused or makes sane rules. */
#include <stdint.h>
#include <stdlib.h>

#include "alert/settings.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct settings s;
	struct err err = {0};

	if (settings_parse(&s, "f", (const char *)data, size, &err) != 0)
		return err.code == ERR_CONFIG || err.code == ERR_NOMEM ||
			       err.code == ERR_FULL
			   ? 0
			   : (abort(), 0);
	for (size_t i = 0; i < s.rules.n; i++) {
		const struct rule *r = &s.rules.rules[i];

		if (r->limits.for_s < 0 || r->limits.keep_s < 0 ||
		    r->limits.margin < 0 || r->over_s < 1)
			abort();
	}
	for (size_t i = 0; i < s.n_routes; i++)
		if (s.n_channels < 32 && s.routes[i].to >> s.n_channels != 0)
			abort();
	settings_done(&s);
	return 0;
}

/* SPDX-License-Identifier: MIT */
/*
 * /api/v1/alerts/inbound/api/v2/alerts: the same, where Prometheus posts when
 * it is given path_prefix /api/v1/alerts/inbound.
 */
#include "fcgi/ask.h"

const struct route route_inbound_v2 = {
    .name = "inbound_v2",
    .path = "/api/v1/alerts/inbound/api/v2/alerts",
    .methods = HTTP_BIT(HTTP_POST),
    .pools = POOL_BIT(POOL_DATA),
    .flags = ROUTE_TOKEN,
    .answer = ask_inbound,
    .summary = "takes alerts from a Prometheus, as its Alertmanager does",
    .media = "application/json",
    .body = "{\"$ref\":\"#/components/schemas/InboundAlerts\"}",
    .schema = "{\"type\":\"object\",\"required\":[\"alerts\"],\"properties\":"
	      "{\"alerts\":{\"type\":\"integer\"}}}",
};

-- What wrk sends, and what it says at the end. The arguments after `--`:
--   METHOD PATH FIRST STEP COUNT [BODY]
-- `{id}` in PATH becomes FIRST, FIRST + STEP, ... in turn, COUNT of them; `{time}` in BODY becomes
-- 1 the first time, 2 the second, then 1 again, so that each time it differs.
local requests = {}
local turn = 0

function init(arguments)
  local method, path, body = arguments[1], arguments[2], arguments[6]
  local first, step, count = tonumber(arguments[3]), tonumber(arguments[4]), tonumber(arguments[5])
  local headers = {}
  if body then
    headers["Content-Type"] = "application/json"
  end
  for time = 1, 2 do
    for index = 0, count - 1 do
      local id = string.format("%d", first + index * step)
      local text = body and string.gsub(body, "{time}", tostring(time))
      local one = string.gsub(path, "{id}", id)
      requests[#requests + 1] = wrk.format(method, one, headers, text)
    end
  end
end

function request()
  turn = turn % #requests + 1
  return requests[turn]
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    '\n{"requests": %d, "microseconds": %d, "p50": %d, "p99": %d, "errors": %d}\n',
    summary.requests, summary.duration, latency:percentile(50), latency:percentile(99),
    errors.connect + errors.read + errors.write + errors.status + errors.timeout
  ))
end

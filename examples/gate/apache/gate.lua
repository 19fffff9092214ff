-- What the VirtualHost of the API runs in mod_lua: asks the gate about a request, and lets it go on or answers it. Readable
-- for the user of Apache. /etc/apache2/gate.lua

local socket = require("socket")

local GATE = "127.0.0.1:9450"
local SECONDS = 10
-- What of the gate's answer the client is told.
local TOLD = { "www-authenticate", "dpop-nonce", "retry-after", "cache-control", "countersign-event-id" }
-- What no client may say, however it spells it: who asks, with which certificate, and for what.
local RESERVED = { "^x%W+auth%W", "^x%W+original%W", "^x%W+ssl%W+client%W", "^x%W+forwarded%W+client%W+cert", "^client%W+cert" }

local function is_reserved(name)
  for _, pattern in ipairs(RESERVED) do
    if name:lower():find(pattern) then return true end
  end
  return false
end

local function clean(headers, names)
  for name in pairs(names) do
    if is_reserved(name) then headers[name] = nil end
  end
  -- mod_proxy drops what Connection names, even what the gate says.
  local kept = {}
  for name in (headers["Connection"] or ""):gmatch("[^%s,]+") do
    if not is_reserved(name) then kept[#kept + 1] = name end
  end
  headers["Connection"] = #kept > 0 and table.concat(kept, ", ") or nil
end

local function question(r)
  local lines = { "GET /decision HTTP/1.1", "Host: " .. GATE, "Connection: close" }
  local function say(name, value)
    if value == nil or value == "" then return end
    assert(not value:find("[\r\n]"), name .. " has more than one line")
    lines[#lines + 1] = name .. ": " .. value
  end
  say("X-Original-Method", r.method)
  -- As the client sent it: what Apache made of it may mean another path.
  say("X-Original-URI", r.unparsed_uri)
  -- Apache has joined what stood in several lines, and the gate takes no such list.
  say("Authorization", r.headers_in["Authorization"])
  say("DPoP", r.headers_in["DPoP"])
  local certificate = r:ssl_var_lookup("SSL_CLIENT_CERT")
  say("X-SSL-Client-Cert", certificate and certificate:gsub("%s+$", ""):gsub("\r?\n", " "))
  return table.concat(lines, "\r\n") .. "\r\n\r\n"
end

-- The status of the gate's answer, and its headers by their names in small letters.
local function read(receive)
  local status = tonumber(receive():match("^HTTP/1%.1 (%d%d%d) ") or error("no status"))
  local headers = {}
  for _ = 1, 100 do
    local line = receive()
    if line == "" then return status, headers end
    local name, value = line:match("^([^%s:]+):%s*(.-)%s*$")
    name = (name or error("no header")):lower()
    if headers[name] ~= nil then error(name .. " stands twice") end
    headers[name] = value
  end
  error("too many headers")
end

local function ask(r)
  local connection = assert(socket.tcp())
  local deadline = socket.gettime() + SECONDS
  local function within(does, ...)
    connection:settimeout(math.max(deadline - socket.gettime(), 0.001), "t")
    return assert(connection[does](connection, ...))
  end
  local answered, status, headers = pcall(function()
    within("connect", GATE:match("^%[?(.-)%]?:(%d+)$"))
    within("send", question(r))
    return read(function() return within("receive", "*l") end)
  end)
  -- The gate is to end the connection: then it is the gate's port that rests for a minute, not one of Apache's.
  if answered then pcall(within, "receive", "*a") end
  connection:close()
  if not answered then error(status, 0) end
  return status, headers
end

local function decide(r)
  -- These ask for what no client sent. A page of ErrorDocument is one: Apache then answers without it.
  if not r.is_initial_req then
    r:err("the gate lets no subrequest and no internal redirect through: " .. r.uri)
    return 403
  end
  clean(r.headers_in, r:headers_in_table())
  local status, headers = ask(r)
  if status ~= 200 and (status < 400 or status > 599) then error("answered with " .. status) end
  for _, name in ipairs(TOLD) do
    if status ~= 200 or name == "dpop-nonce" then r.err_headers_out[name] = headers[name] end
  end
  if status ~= 200 then return status end
  for name, value in pairs(headers) do
    if name:sub(1, 7) == "x-auth-" and value ~= "" then r.headers_in[name] = value end
  end
  -- The API has no use for what is worth something elsewhere.
  r.headers_in["Authorization"] = nil
  r.headers_in["DPoP"] = nil
  return apache2.DECLINED
end

function gate(r)
  local decided, status = pcall(decide, r)
  if decided then return status end
  r:err("the gate cannot be asked: " .. tostring(status))
  r.err_headers_out["Retry-After"] = "5"
  return 503
end

-- wrk's script: POST /match with a few matches in turn, to the brain named by `-- NAME`.

local matches = {
  "[0,3,1,4,2]", "[4,0,8,2,1,7,3,5,6]", "[4,1,0,8,2,6,5,3,7]", "[2,4,0,1,7,6,3,5,8]",
  "[0,4,8,2,6,7,3]", "[1,4,0,2,6,3,5,8,7]", "[8,4,2,5,3,0,1,7,6]", "[6,4,2,0,8,7,5]",
}

function init(args)
  local requests = {}
  wrk.method = "POST"
  wrk.headers["Content-Type"] = "application/json"
  for i, moves in ipairs(matches) do
    requests[i] = wrk.format(nil, nil, nil, '{"brain":"' .. args[1] .. '","moves":' .. moves .. "}")
  end
  local turn = 0
  request = function()
    turn = turn % #requests + 1
    return requests[turn]
  end
end

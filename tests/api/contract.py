"""What a refusal looks like. That all answers are as schema/openapi.yaml says is tests/contract's
to check."""


def assert_problem(answer, status, field=None):
    """That an answer is a problem with that status which names that field, or none."""
    assert answer.status_code == status, answer.text
    assert answer.headers["Content-Type"] == "application/problem+json"
    problem = answer.json()
    assert problem["status"] == status
    assert problem["title"] and problem["detail"]
    assert problem.get("field") == field, problem
    return problem

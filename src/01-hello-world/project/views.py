def welcome(name: str) -> dict:
    """Say hello, by name to those who give one."""
    if not name:
        return {"message": "Welcome to API Star!"}
    return {"message": f"Welcome to API Star, {name}!"}

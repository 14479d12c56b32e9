from apistar import App

from project.errors import handle_errors
from project.routes import routes

app = App(routes=routes)
handle_errors(app)
wsgi = app.wsgi

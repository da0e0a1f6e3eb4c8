# One image for every process of Prosa; the command says which one it is (docker-compose.yml).
# The nginx stage is the proxy with the same build's static files in it.

FROM python:3.11.15-slim-bookworm AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PATH=/opt/venv/bin:$PATH
RUN python -m venv /opt/venv
COPY requirements.txt /tmp/requirements.txt
RUN pip install --require-hashes --only-binary :all: -r /tmp/requirements.txt
WORKDIR /app
COPY . .
# The settings are for this command alone: nothing it writes depends on them, and no layer keeps them.
RUN PRODUCTION=false SECRET_KEY=unused-while-building STATIC_MANIFEST=true python manage.py collectstatic --noinput \
    && python -m compileall -q /app

FROM nginx:1.30.4-alpine AS nginx
LABEL org.opencontainers.image.title="Prosa proxy" \
      org.opencontainers.image.description="nginx in front of Prosa, with its static files"
COPY deploy/nginx.conf /etc/nginx/nginx.conf
COPY --from=build /app/staticfiles /srv/static
USER 101:101
EXPOSE 8080
HEALTHCHECK --interval=15s --timeout=3s --retries=4 CMD ["wget", "-q", "-O", "/dev/null", "http://127.0.0.1:8080/nginx-health"]
CMD ["nginx", "-g", "daemon off;"]

FROM python:3.11.15-slim-bookworm AS app
LABEL org.opencontainers.image.title="Prosa" \
      org.opencontainers.image.description="Customer-service inbox over the official WhatsApp Business Cloud API" \
      org.opencontainers.image.licenses="LicenseRef-Proprietary"
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    STATIC_MANIFEST=true \
    MEDIA_ROOT=/data/media
COPY --from=build /opt/venv /opt/venv
COPY --from=build /app /app
RUN install -d -o 10001 -g 10001 /data/media
WORKDIR /app
USER 10001:10001
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=5s --start-period=20s --retries=4 CMD ["python", "deploy/probe.py", "/healthz"]
CMD ["granian", "--interface", "wsgi", "config.wsgi:application", "--host", "0.0.0.0", "--port", "8000", "--workers", "2", "--blocking-threads", "4", "--respawn-failed-workers"]

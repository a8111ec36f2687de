import * as THREE from 'three'

const vertexShader = /* glsl */ `
  out vec2 vUv2;
  void main() {
    vUv2 = uv;
    gl_Position = vec4(position.xy, 0.0, 1.0);
  }`

/** Ambient occlusion from the label pass: how much of the half sphere above a point is near geometry. */
const occlusionShader = /* glsl */ `
  layout(location = 0) out vec4 outColor;
  uniform sampler2D codes;
  uniform sampler2D normals;
  uniform vec2 tangent;
  uniform vec2 size;
  in vec2 vUv2;
  const float RADIUS = 0.45;
  const int TAPS = 14;
  vec3 place(vec2 uv) {
    float z = texture(codes, uv).z;
    return vec3((uv * 2.0 - 1.0) * tangent * z, -z);
  }
  void main() {
    vec4 code = texture(codes, vUv2);
    if (code.w == 0.0) { outColor = vec4(1.0); return; }
    vec3 p = place(vUv2);
    vec3 n = texture(normals, vUv2).xyz;
    float spin = 6.2831853 * fract(52.9829189 * fract(dot(gl_FragCoord.xy, vec2(0.06711056, 0.00583715))));
    float reach = min(RADIUS / (2.0 * tangent.y * code.z), 0.25);
    float sum = 0.0;
    for (int i = 0; i < TAPS; i++) {
      float share = (float(i) + 0.5) / float(TAPS);
      float turn = spin + float(i) * 2.3999632;
      vec2 offset = vec2(cos(turn) * size.y / size.x, sin(turn)) * share * reach;
      vec2 uv = vUv2 + offset;
      if (any(lessThan(uv, vec2(0.0))) || any(greaterThan(uv, vec2(1.0)))) continue;
      vec3 v = place(uv) - p;
      float d2 = dot(v, v);
      float fall = max(0.0, 1.0 - d2 / (RADIUS * RADIUS));
      sum += fall * max(0.0, (dot(v, n) - 0.012) / sqrt(d2 + 1e-5));
    }
    outColor = vec4(clamp(1.0 - 1.9 * sum / float(TAPS), 0.0, 1.0));
  }`

/** Blurs the occlusion within one depth, applies it, and grades the picture. */
const gradeShader = /* glsl */ `
  layout(location = 0) out vec4 outColor;
  #define gl_FragColor outColor
  uniform sampler2D light;
  uniform sampler2D occlusion;
  uniform sampler2D codes;
  uniform vec2 size;
  uniform float exposure;
  uniform float warmth;
  uniform float noise;
  in vec2 vUv2;
  #include <common>
  float random2(vec2 p) { return fract(sin(dot(p, vec2(12.9898, 78.233))) * 43758.5453); }
  void main() {
    float z = texture(codes, vUv2).z;
    float sum = 0.0;
    float weight = 0.0;
    for (int y = -2; y < 2; y++) for (int x = -2; x < 2; x++) {
      vec2 uv = vUv2 + (vec2(x, y) + 0.5) / size;
      float w = abs(texture(codes, uv).z - z) < 0.05 + 0.03 * z ? 1.0 : 0.001;
      sum += w * texture(occlusion, uv).r;
      weight += w;
    }
    vec3 color = texture(light, vUv2).rgb * mix(1.0, sum / weight, 0.85);
    color *= exposure * vec3(warmth, 1.0, 1.0 / warmth);
    vec2 c = vUv2 - 0.5;
    color *= 1.0 - 0.28 * dot(c, c);
    gl_FragColor = vec4(color, 1.0);
    #include <tonemapping_fragment>
    #include <colorspace_fragment>
    outColor.rgb += noise * (random2(gl_FragCoord.xy) - 0.5);
  }`

/** Renders the photo: antialiased light, ambient occlusion, tone mapping, a trace of sensor noise. */
export class PhotoPass {
  readonly #light: THREE.WebGLRenderTarget
  readonly #occlusion: THREE.WebGLRenderTarget
  readonly #quad = new THREE.Mesh(new THREE.PlaneGeometry(2, 2))
  readonly #scene = new THREE.Scene()
  readonly #camera = new THREE.OrthographicCamera(-1, 1, 1, -1, 0, 1)
  readonly #occlude: THREE.ShaderMaterial
  readonly #grade: THREE.ShaderMaterial

  constructor(
    readonly width: number,
    readonly height: number,
    samples: number,
  ) {
    this.#light = new THREE.WebGLRenderTarget(width, height, { type: THREE.HalfFloatType, samples })
    this.#occlusion = new THREE.WebGLRenderTarget(width, height, { depthBuffer: false })
    const size = { value: new THREE.Vector2(width, height) }
    const make = (
      fragmentShader: string,
      uniforms: Record<string, THREE.IUniform>,
      toneMapped: boolean,
    ): THREE.ShaderMaterial =>
      new THREE.ShaderMaterial({
        glslVersion: THREE.GLSL3,
        vertexShader,
        fragmentShader,
        uniforms,
        toneMapped,
        depthTest: false,
        depthWrite: false,
      })
    this.#occlude = make(
      occlusionShader,
      { codes: { value: null }, normals: { value: null }, tangent: { value: new THREE.Vector2() }, size },
      false,
    )
    this.#grade = make(
      gradeShader,
      {
        light: { value: null },
        occlusion: { value: null },
        codes: { value: null },
        size,
        exposure: { value: 1 },
        warmth: { value: 1 },
        noise: { value: 0.012 },
      },
      true,
    )
    this.#quad.frustumCulled = false
    this.#scene.add(this.#quad)
  }

  /** RGB bytes, rows from the top. `labels` is the target the label pass filled for the same camera. */
  render(
    renderer: THREE.WebGLRenderer,
    scene: THREE.Scene,
    camera: THREE.PerspectiveCamera,
    labels: THREE.WebGLRenderTarget,
    look: { exposure: number; warmth: number },
  ): Uint8Array {
    const hidden: THREE.Object3D[] = []
    scene.traverse((part) => {
      if (part.userData['onlyLabels'] === true && part.visible) hidden.push(part)
    })
    for (const part of hidden) part.visible = false
    renderer.setRenderTarget(this.#light)
    renderer.render(scene, camera)
    for (const part of hidden) part.visible = true
    const [codes, normals] = labels.textures
    const half = Math.tan((camera.fov * Math.PI) / 360)
    const o = this.#occlude.uniforms
    o['codes']!.value = codes
    o['normals']!.value = normals
    ;(o['tangent']!.value as THREE.Vector2).set(half * camera.aspect, half)
    this.#draw(renderer, this.#occlude, this.#occlusion)
    const g = this.#grade.uniforms
    g['light']!.value = this.#light.texture
    g['occlusion']!.value = this.#occlusion.texture
    g['codes']!.value = codes
    g['exposure']!.value = look.exposure
    g['warmth']!.value = look.warmth
    this.#draw(renderer, this.#grade, null)
    return this.#read(renderer)
  }

  #draw(
    renderer: THREE.WebGLRenderer,
    material: THREE.ShaderMaterial,
    target: THREE.WebGLRenderTarget | null,
  ): void {
    this.#quad.material = material
    renderer.setRenderTarget(target)
    renderer.render(this.#scene, this.#camera)
  }

  #read(renderer: THREE.WebGLRenderer): Uint8Array {
    const gl = renderer.getContext()
    const { width, height } = this
    const raw = new Uint8Array(width * height * 4)
    gl.readPixels(0, 0, width, height, gl.RGBA, gl.UNSIGNED_BYTE, raw)
    const out = new Uint8Array(width * height * 3)
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++) {
        const from = ((height - 1 - y) * width + x) * 4
        for (let k = 0; k < 3; k++) out[(y * width + x) * 3 + k] = raw[from + k]!
      }
    return out
  }
}
